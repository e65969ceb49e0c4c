CREATE TABLE "${database}"."scoring_${run}"
WITH (
    format = 'PARQUET', write_compression = 'SNAPPY',
    external_location = '${root}/features/scoring/',
    bucketed_by = ARRAY['person_id'], bucket_count = ${buckets}
) AS
WITH features AS (
${features}
)
SELECT
    person_id, career_years, job_years, job_count, years_per_job, years_since_graduation,
    education_level, position_level, job_function, country, company_size, company_size_log,
    connections, is_academic
FROM features WHERE age IS NULL
