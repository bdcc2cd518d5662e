"""What a mail says: editions and their rendering.

- What happened: `window` reads two boards of a list, `edition` puts what lies between them in frozen order, `edit`
  makes a digest of it.
- What one reader is told of it: `wishes` and `topics`; `stock` is all there is to tell, `picking` picks from it, by
  `matching` (`folding` says which words are the same).
- One digest in every form: `render`, out of `layout`, `manuscript`, `words`, `headlines`, `fragments`, `document`.
- Many digests at once: `press` sets them by a `desk` for each time zone, `casting` makes every part once, `forme`
  locks them up as mails, `personal` holds what is one reader's own, `short` is for channels.
"""
