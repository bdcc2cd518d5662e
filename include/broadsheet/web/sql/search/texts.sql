-- What a list of results shows of the texts of some papers. $papers: VARCHAR[]
SELECT paper_id, title, abstract, authors, num_authors, organization, ai_summary, ai_keywords
FROM papers_told_of($papers::JSON::VARCHAR[]);
