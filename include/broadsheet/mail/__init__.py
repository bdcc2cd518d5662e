"""Messages and their delivery.

- Who reads: `subscribers`, `preferences`, `consent`, `suppressions`; from elsewhere by `importing`, `configured`.
- On the web people ask for it themselves (`asking`, bounded by `gate`) and confirm what `invitations` invite to;
  `agreements` are what they agree to, a `postman` brings letters at once.
- A run is opened (`opening`): `schedule` and `audience` say who is owed a digest, `members` and `deciding` what
  each is told, `freezing` writes it down. `letters` are runs of one mail.
- It is sent (`office`, `sending`): a `sender` claims from the `ledger`, its `crew` composes (`composer`, `message`)
  and hands over (`transport`: `smtp`, `inbox`, `channels`), with a `journal` before the dot. What an earlier sender
  left is for `recovery`, lost answers are for `doubts` and `evidence`.
- It is over: `closing`, `accounts`; what comes back later is for `bounces`.
- What was sent and why: `dossier`, `tracking`, `chronicle`, `overview`, `whys`, `alarms`; `copies` and `proofs`
  show mails; `facts` go to the warehouse.
- Beneath: `schema`, `states`, `migrations`, `database`, `tokens`, `timed`.
"""
