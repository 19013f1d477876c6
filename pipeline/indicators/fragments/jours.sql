-- After a CTE `evenements` with jour_local: the day as a number (Julian day: Monday is 0 modulo 7),
-- its ISO week and month as running numbers. Arithmetic only: engines differ on date functions.
dates AS (
    SELECT
        e.*,
        CAST(EXTRACT(YEAR FROM e.jour_local) AS BIGINT) AS an_nb,
        CAST(EXTRACT(MONTH FROM e.jour_local) AS BIGINT) AS mois_civil_nb,
        CAST(EXTRACT(WEEK FROM e.jour_local) AS BIGINT) AS semaine_iso_nb,
        CAST(EXTRACT(DOY FROM e.jour_local) AS BIGINT) AS rang_annee_nb
    FROM evenements e
),
jours_numerotes AS (
    SELECT
        d.*,
        1721425 + 365 * (an_nb - 1)
        + CAST(FLOOR((an_nb - 1) / 4e0) AS BIGINT)
        - CAST(FLOOR((an_nb - 1) / 100e0) AS BIGINT)
        + CAST(FLOOR((an_nb - 1) / 400e0) AS BIGINT)
        + rang_annee_nb AS jour_nb
    FROM dates d
),
jours AS (
    SELECT
        n.*,
        CAST(FLOOR(jour_nb / 7e0) AS BIGINT) AS semaine_nb,
        MOD(jour_nb, 7) + 1 AS jour_semaine_nb,
        12 * an_nb + mois_civil_nb AS mois_nb,
        CASE MOD(jour_nb, 7)
            WHEN 0 THEN 'lundi'
            WHEN 1 THEN 'mardi'
            WHEN 2 THEN 'mercredi'
            WHEN 3 THEN 'jeudi'
            WHEN 4 THEN 'vendredi'
            WHEN 5 THEN 'samedi'
            ELSE 'dimanche'
        END AS jour_code,
        concat(
            CAST(
                CASE
                    WHEN semaine_iso_nb = 1 AND mois_civil_nb = 12 THEN an_nb + 1
                    WHEN semaine_iso_nb >= 52 AND mois_civil_nb = 1 THEN an_nb - 1
                    ELSE an_nb
                END AS STRING
            ),
            '-S',
            LPAD(CAST(semaine_iso_nb AS STRING), 2, '0')
        ) AS semaine_code
    FROM jours_numerotes n
),
