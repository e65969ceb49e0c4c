-- One person in a row: what a model may know about them on the day ${as_of}. Training and scoring
-- both select from this; nothing else computes a feature.
SELECT
    person_id,
    CAST(age AS double) AS age,
    date_diff('month', first_job_started, DATE '${as_of}') / 12.0 AS career_years,
    date_diff('month', current_job_started, DATE '${as_of}') / 12.0 AS job_years,
    CAST(job_count AS double) AS job_count,
    CASE WHEN job_count > 0
        THEN date_diff('month', first_job_started, DATE '${as_of}') / 12.0 / job_count
    END AS years_per_job,
    date_diff('month', graduated, DATE '${as_of}') / 12.0 AS years_since_graduation,
    CASE education
        WHEN 'secondary' THEN 1 WHEN 'bachelor' THEN 2 WHEN 'master' THEN 3 WHEN 'doctorate' THEN 4
    END AS education_level,
    CASE
        WHEN lower(job_title) LIKE '%intern%' THEN 0
        WHEN lower(job_title) LIKE '%junior%' THEN 1
        WHEN lower(job_title) LIKE '%senior%' THEN 3
        WHEN lower(job_title) LIKE '%director%' OR lower(job_title) LIKE '%head of%' THEN 4
        WHEN lower(job_title) LIKE '%chief%' THEN 5
        ELSE 2
    END AS position_level,
    job_function,
    country,
    CAST(company_size AS double) AS company_size,
    ln(1 + company_size) AS company_size_log,
    CAST(connections AS double) AS connections,
    CASE WHEN email LIKE '%.edu' THEN 1 ELSE 0 END AS is_academic
FROM "${database}"."${raw_table}"
