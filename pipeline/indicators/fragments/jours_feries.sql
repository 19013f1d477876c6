-- The eleven national holidays (Labour Code, art. L3133-1) as Julian days, 2010 to 2060, counted
-- from 22 March: no leap day comes after it. Easter by the method of Gauss, exact to 2099.
annees_feries AS (
    SELECT 2009 + n AS an_nb FROM entiers WHERE n < 52
),
reperes_annee AS (
    SELECT
        MOD(an_nb, 19) AS a,
        MOD(19 * MOD(an_nb, 19) + 24, 30) AS d,
        MOD(
            2 * MOD(an_nb, 4) + 4 * MOD(an_nb, 7)
            + 6 * MOD(19 * MOD(an_nb, 19) + 24, 30) + 5,
            7
        ) AS e,
        22 + 365 * (an_nb + 4800)
        + CAST(FLOOR((an_nb + 4800) / 4e0) AS BIGINT)
        - CAST(FLOOR((an_nb + 4800) / 100e0) AS BIGINT)
        + CAST(FLOOR((an_nb + 4800) / 400e0) AS BIGINT)
        - 32045 AS origine_nb
    FROM annees_feries
),
paques AS (
    SELECT
        origine_nb,
        origine_nb + d + e - CASE WHEN e = 6 AND (d = 29 OR (d = 28 AND a > 10)) THEN 7 ELSE 0 END
            AS paques_nb
    FROM reperes_annee
),
jours_feries AS (
    SELECT paques_nb + 1 AS jour_nb FROM paques
    UNION SELECT paques_nb + 39 FROM paques
    UNION SELECT paques_nb + 50 FROM paques
    UNION SELECT origine_nb + 40 FROM paques
    UNION SELECT origine_nb + 47 FROM paques
    UNION SELECT origine_nb + 114 FROM paques
    UNION SELECT origine_nb + 146 FROM paques
    UNION SELECT origine_nb + 224 FROM paques
    UNION SELECT origine_nb + 234 FROM paques
    UNION SELECT origine_nb + 278 FROM paques
    UNION SELECT origine_nb + 285 FROM paques
),
