#!/usr/bin/env python3
"""A synthetic raw table of people and their careers, as a lake would hold it: Parquet objects.

    raw_table.py FOLDER [--people N] [--files N]

Ages follow from careers, with noise; only some are known. Equal rows for equal numbers, whatever
the number of files.
"""

import argparse
import pathlib
import tempfile

import duckdb

# Of the people, so many in a hundred have a known age.
KNOWN_PERCENT = 20

PEOPLE = """
WITH draws AS (
    SELECT
        range AS person_id,
        -- Whole numbers from 0 to 9,999, independent of each other.
        (hash(range, 1) % 10000)::BIGINT AS a, (hash(range, 2) % 10000)::BIGINT AS b,
        (hash(range, 3) % 10000)::BIGINT AS c, (hash(range, 4) % 10000)::BIGINT AS d,
        (hash(range, 5) % 10000)::BIGINT AS e, (hash(range, 6) % 10000)::BIGINT AS f
    FROM range({first}, {last})
),
lives AS (
    SELECT
        *, 22 + 40 * (a / 10000.0) * (a / 10000.0) + 4 * (b / 10000.0) AS true_age,
        ['secondary', 'bachelor', 'master', 'doctorate', NULL][1 + c % 5] AS education,
        18 + 2 * (c % 5) + 9 * (e / 10000.0) * (f / 10000.0) AS graduation_age
    FROM draws
),
careers AS (
    SELECT
        *, greatest(0.1, true_age - graduation_age - 6 * (d / 10000.0)) AS career
    FROM lives
)
SELECT
    person_id,
    CASE WHEN hash(person_id, 7) % 100 < {known} THEN CAST(true_age AS INTEGER) END AS age,
    CASE WHEN e % 20 <> 0
        THEN DATE '2024-06-30' - CAST(career * 365 AS INTEGER) END AS first_job_started,
    DATE '2024-06-30' - CAST(career * 365 * (f / 10000.0) AS INTEGER) AS current_job_started,
    CASE WHEN f % 4 <> 0 THEN DATE '2024-06-30'
        - CAST((true_age - graduation_age) * 365 AS INTEGER) END AS graduated,
    CAST(1 + career / 4 * (d / 10000.0) AS INTEGER) AS job_count,
    CASE WHEN career < 2 THEN 'Junior ' WHEN career < 8 THEN '' WHEN career < 18 THEN 'Senior '
        ELSE 'Head of ' END
        || ['Engineer', 'Analyst', 'Nurse', 'Teacher', 'Accountant'][1 + b % 5] AS job_title,
    ['engineering', 'finance', 'health', 'education', 'sales', NULL][1 + b % 6] AS job_function,
    education,
    ['DE', 'FR', 'PL', 'ES', 'IT', 'NL', 'SE'][1 + d % 7] AS country,
    [5, 30, 120, 700, 4000, 20000][1 + e % 6] AS company_size,
    CAST(50 + career * 20 * (e / 10000.0) AS INTEGER) AS connections,
    'p' || person_id || CASE WHEN f % 15 = 0 THEN '@uni.edu' ELSE '@mail.example' END AS email
FROM careers
"""


def write(folder, rows, files=8):
    """- Returns: the paths."""
    connection = duckdb.connect(config={"threads": 2})
    paths = [pathlib.Path(folder, f"part-{index:05}.snappy.parquet") for index in range(files)]
    for index, path in enumerate(paths):
        select = PEOPLE.format(
            first=rows * index // files, last=rows * (index + 1) // files, known=KNOWN_PERCENT)
        connection.execute(
            f"COPY (SELECT person_id::BIGINT AS person_id, * EXCLUDE person_id "
            f"FROM ({select})) TO '{path}' (FORMAT PARQUET, COMPRESSION SNAPPY)")
    return paths


def upload(cloud, bucket, rows, files=8, prefix="raw/people/"):
    """Writes the table below `prefix`. - Returns: its size in bytes."""
    s3 = cloud.client("s3")
    with tempfile.TemporaryDirectory() as folder:
        paths = write(folder, rows, files)
        for path in paths:
            s3.upload_file(str(path), bucket, prefix + path.name)
        return sum(path.stat().st_size for path in paths)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--people", type=int, default=200_000)
    options.add_argument("--files", type=int, default=8)
    arguments = options.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write(arguments.folder, arguments.people, arguments.files)


if __name__ == "__main__":
    main()
