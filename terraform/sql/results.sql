-- prediction_source says where an age comes from, and follows from the data: a person without
-- prediction is never labelled as one.
CREATE TABLE "${database}"."results_${run}"
WITH (
    format = 'PARQUET', write_compression = 'SNAPPY', external_location = '${root}/results/'
) AS
SELECT
    people.person_id,
    coalesce(CAST(people.age AS double), predictions.prediction) AS age,
    CASE
        WHEN people.age IS NOT NULL THEN 'KNOWN'
        WHEN predictions.prediction IS NOT NULL THEN 'MODEL'
        ELSE 'NONE'
    END AS prediction_source,
    DATE '${as_of}' AS as_of
FROM "${database}"."${raw_table}" AS people
LEFT JOIN "${database}"."predictions_${run}" AS predictions
    ON predictions.person_id = people.person_id
