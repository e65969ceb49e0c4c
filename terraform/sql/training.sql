CREATE TABLE "${database}"."training_${run}"
WITH (
    format = 'PARQUET', write_compression = 'SNAPPY',
    external_location = '${root}/features/training/',
    bucketed_by = ARRAY['person_id'], bucket_count = 16
) AS
WITH features AS (
${features}
)
SELECT * FROM features WHERE age IS NOT NULL
