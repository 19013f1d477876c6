-- Sources of densities that no file was added for, with the mode of practice each would tell.
sources_attendues AS (
    SELECT source_code, mode_exercice_code
    FROM (VALUES ('rpps', 'ensemble'), ('ameli', 'liberal'), ('anct', 'non_dit'))
        AS liste(source_code, mode_exercice_code)
),
sources_absentes AS (
    SELECT a.source_code, a.mode_exercice_code
    FROM sources_attendues a
    LEFT JOIN (SELECT DISTINCT source_code FROM densites_effectifs) d
        ON d.source_code = a.source_code
    WHERE d.source_code IS NULL
)
