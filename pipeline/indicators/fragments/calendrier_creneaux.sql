-- After `cellules`: slots by territory, breakdown and week, with the bits of their days. Weeks are
-- gathered by the year of their Monday, whose months are bits: the thirteenth is the January after.
semaines AS (
    SELECT
        semaine_nb,
        CAST(FLOOR((mois_nb - apres_nb - 1) / 12e0) AS BIGINT) AS an_nb,
        CAST(POWER(2e0, MOD(mois_nb - apres_nb - 1, 12)) AS BIGINT) AS mois_masque_nb,
        CAST(SUM(apres_nb * jour_masque_nb) AS BIGINT) AS apres_masque_nb
    FROM jours_creneaux
    GROUP BY semaine_nb, mois_nb - apres_nb
),
ventiles AS (
    SELECT * FROM cellules
    UNION ALL
    SELECT
        niveau_code, territoire_code, 'ensemble', 'ensemble', semaine_nb, creneaux_nb,
        jours_masque_nb
    FROM cellules
    WHERE dimension_code = 'semaine'
),
annees AS (
    SELECT
        v.niveau_code,
        v.territoire_code,
        v.dimension_code,
        v.modalite_code,
        s.an_nb,
        count(*) AS semaines_nb,
        MIN(v.creneaux_nb) AS semaine_min_nb,
        MAX(v.creneaux_nb) AS semaine_max_nb,
        CAST(SUM(BIT_COUNT(v.jours_masque_nb)) AS BIGINT) AS jours_nb,
        BIT_OR(
            CASE WHEN (v.jours_masque_nb & s.apres_masque_nb) < v.jours_masque_nb
                THEN s.mois_masque_nb ELSE 0 END
            + CASE WHEN (v.jours_masque_nb & s.apres_masque_nb) > 0
                THEN 2 * s.mois_masque_nb ELSE 0 END
        ) AS mois_masque_nb
    FROM ventiles v
    JOIN semaines s ON s.semaine_nb = v.semaine_nb
    GROUP BY v.niveau_code, v.territoire_code, v.dimension_code, v.modalite_code, s.an_nb
),
annees_civiles AS (
    SELECT
        niveau_code, territoire_code, dimension_code, modalite_code, an_nb, semaines_nb,
        semaine_min_nb, semaine_max_nb, jours_nb, MOD(mois_masque_nb, 4096) AS mois_masque_nb
    FROM annees
    UNION ALL
    SELECT
        niveau_code, territoire_code, dimension_code, modalite_code, an_nb + 1, 0,
        semaine_min_nb, semaine_max_nb, 0, 1
    FROM annees
    WHERE mois_masque_nb >= 4096
),
durees AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        SUM(semaines_nb) AS semaines_nb,
        MIN(semaine_min_nb) AS semaine_min_nb,
        MAX(semaine_max_nb) AS semaine_max_nb,
        SUM(jours_nb) AS jours_nb,
        BIT_COUNT(BIT_OR(mois_masque_nb)) AS mois_nb
    FROM annees_civiles
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code, an_nb
),
calendrier AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        CAST(SUM(semaines_nb) AS BIGINT) AS semaines_nb,
        CAST(MIN(semaine_min_nb) AS BIGINT) AS semaine_min_nb,
        CAST(MAX(semaine_max_nb) AS BIGINT) AS semaine_max_nb,
        CAST(SUM(mois_nb) AS BIGINT) AS mois_nb,
        CAST(SUM(jours_nb) AS BIGINT) AS jours_nb
    FROM durees
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code
)
