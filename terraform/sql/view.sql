CREATE OR REPLACE VIEW "${database}"."ages" AS
SELECT person_id, age, prediction_source, as_of FROM "${database}"."results_${run}"
