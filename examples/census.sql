-- The census of 1994 (UCI Machine Learning Repository, Adult; Becker and Kohavi; CC BY 4.0) as
-- Parquet: run by DuckDB in the folder that holds adult.data and adult.test.
CREATE MACRO census(file, first) AS TABLE
SELECT
    row_number() OVER () - 1 AS id, age, nullif(workclass, '?') AS workclass, fnlwgt, education,
    education_num, marital_status, nullif(occupation, '?') AS occupation, relationship, race, sex,
    capital_gain, capital_loss, hours_per_week, nullif(native_country, '?') AS native_country,
    CAST(income LIKE '>50K%' AS INTEGER) AS income
FROM read_csv(
    file, header = false, skip = first, delim = ', ', columns = {
        'age': 'INTEGER', 'workclass': 'VARCHAR', 'fnlwgt': 'BIGINT', 'education': 'VARCHAR',
        'education_num': 'INTEGER', 'marital_status': 'VARCHAR', 'occupation': 'VARCHAR',
        'relationship': 'VARCHAR', 'race': 'VARCHAR', 'sex': 'VARCHAR', 'capital_gain': 'BIGINT',
        'capital_loss': 'BIGINT', 'hours_per_week': 'INTEGER', 'native_country': 'VARCHAR',
        'income': 'VARCHAR'});

COPY (FROM census('adult.data', 0)) TO 'train.parquet' (FORMAT parquet, COMPRESSION snappy);
-- The first line of the test file is a remark.
COPY (FROM census('adult.test', 1)) TO 'test.parquet' (FORMAT parquet, COMPRESSION snappy);
