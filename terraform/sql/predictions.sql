CREATE EXTERNAL TABLE IF NOT EXISTS `${database}`.`predictions_${run}` (
    `person_id` bigint,
    `prediction` double
)
STORED AS PARQUET
LOCATION '${root}/predictions/'
