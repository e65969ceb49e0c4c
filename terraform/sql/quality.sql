-- One row: the verdict, and the counts that it rests on.
WITH counts AS (
    SELECT
        count(*) AS rows_found,
        count(DISTINCT person_id) AS people_found,
        count_if(prediction_source = 'KNOWN') AS known,
        count_if(prediction_source = 'MODEL') AS predicted,
        count_if(prediction_source = 'NONE') AS missing,
        count_if(age < 0 OR age > 130 OR is_nan(age)) AS impossible
    FROM "${database}"."results_${run}"
),
expected AS (
    SELECT count(*) AS people FROM "${database}"."${raw_table}"
)
SELECT
    CASE
        WHEN rows_found <> people_found OR rows_found <> people THEN 'DUPLICATED'
        WHEN impossible > 0 THEN 'IMPOSSIBLE'
        WHEN missing > 0 THEN 'INCOMPLETE'
        ELSE 'PASS'
    END AS verdict,
    people, known, predicted, missing
FROM counts CROSS JOIN expected
