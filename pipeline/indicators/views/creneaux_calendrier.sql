-- Days, weeks and months with a slot, by territory and breakdown. The days of a week are bits of one
-- number, so that a day shared by two CPTS counts once in their department; a week that two months
-- share stands twice, and its days add up.
WITH
-- include: creneaux_bruts
cellules AS (
    SELECT
        departement_code,
        cpts_code,
        semaine_nb,
        mois_nb,
-- include: dimension_creneaux
        count(*) AS creneaux_nb,
        BIT_OR(jour_masque_nb) AS jours_masque_nb
    FROM bruts
    GROUP BY GROUPING SETS (
        (departement_code, cpts_code, semaine_nb, mois_nb),
        (departement_code, cpts_code, semaine_nb, mois_nb, heure_code),
        (departement_code, cpts_code, semaine_nb, mois_nb, jour_code),
        (departement_code, cpts_code, semaine_nb, mois_nb, profession_code),
        (departement_code, cpts_code, semaine_nb, mois_nb, canal_code),
        (departement_code, cpts_code, semaine_nb, mois_nb, outil_code)
    )
),
tranches AS (
    SELECT
-- include: niveau_creneaux
        semaine_nb,
        mois_nb,
        dimension_code,
        modalite_code,
        SUM(creneaux_nb) AS creneaux_nb,
        BIT_COUNT(BIT_OR(jours_masque_nb)) AS jours_nb
    FROM cellules
    GROUP BY GROUPING SETS (
        (cpts_code, semaine_nb, mois_nb, dimension_code, modalite_code),
        (departement_code, semaine_nb, mois_nb, dimension_code, modalite_code),
        (semaine_nb, mois_nb, dimension_code, modalite_code)
    )
),
semaines_nommees AS (
    SELECT DISTINCT semaine_nb, semaine_code FROM jours
),
ventiles AS (
    SELECT * FROM tranches
    UNION ALL
    SELECT
        t.niveau_code, t.territoire_code, t.semaine_nb, t.mois_nb, 'semaine', s.semaine_code,
        t.creneaux_nb, t.jours_nb
    FROM tranches t
    JOIN semaines_nommees s ON s.semaine_nb = t.semaine_nb
    WHERE t.dimension_code = 'ensemble'
),
semaines AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        SUM(creneaux_nb) AS creneaux_nb
    FROM ventiles
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code, semaine_nb
),
etendues AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        count(*) AS semaines_nb,
        CAST(MIN(creneaux_nb) AS BIGINT) AS semaine_min_nb,
        CAST(MAX(creneaux_nb) AS BIGINT) AS semaine_max_nb
    FROM semaines
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code
),
mois AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        SUM(jours_nb) AS jours_nb
    FROM ventiles
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code, mois_nb
),
durees AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        count(*) AS mois_nb,
        CAST(SUM(jours_nb) AS BIGINT) AS jours_nb
    FROM mois
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code
)
SELECT e.*, d.mois_nb, d.jours_nb
FROM etendues e
JOIN durees d
    ON d.niveau_code = e.niveau_code
    AND d.territoire_code = e.territoire_code
    AND d.dimension_code = e.dimension_code
    AND d.modalite_code = e.modalite_code
ORDER BY e.niveau_code, e.territoire_code, e.dimension_code, e.modalite_code
