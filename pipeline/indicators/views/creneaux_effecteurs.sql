-- Providers counted by territory and breakdown: those who offered a slot, those who had one taken.
-- Bits are gathered by provider first, so that one who works in two CPTS counts once in a department.
WITH
-- include: jours_creneaux
-- include: entiers
semaines AS (
    SELECT DISTINCT semaine_code, bloc_nb, semaine_masque_nb AS masque_nb FROM jours_creneaux
),
moments AS (
    SELECT
        'heure' AS dimension_code,
        concat(LPAD(CAST(n AS STRING), 2, '0'), 'h') AS modalite_code,
        -- Bounded before the rows are chosen: Spark may work it out for those left out too.
        CAST(POWER(2e0, LEAST(n, 23)) AS BIGINT) AS masque_nb
    FROM entiers
    WHERE n < 24
    UNION ALL
    SELECT DISTINCT
        'jour',
        jour_code,
        16777216 * jour_masque_nb
    FROM jours_creneaux
),
blocs AS (
    SELECT
-- include: niveau_creneaux
        effecteur_id,
        dimension_code,
        modalite_code,
        bloc_nb,
        BIT_OR(semaines_masque_nb) AS semaines_masque_nb,
        BIT_OR(moments_masque_nb) AS moments_masque_nb,
        BIT_OR(semaines_prises_masque_nb) AS semaines_prises_masque_nb,
        BIT_OR(moments_pris_masque_nb) AS moments_pris_masque_nb
    FROM creneaux_effecteurs_masques
    GROUP BY GROUPING SETS (
        (cpts_code, effecteur_id, dimension_code, modalite_code, bloc_nb),
        (departement_code, effecteur_id, dimension_code, modalite_code, bloc_nb),
        (effecteur_id, dimension_code, modalite_code, bloc_nb)
    )
),
personnes AS (
    SELECT
        niveau_code,
        territoire_code,
        effecteur_id,
        dimension_code,
        modalite_code,
        BIT_OR(moments_masque_nb) AS moments_masque_nb,
        BIT_OR(moments_pris_masque_nb) AS moments_pris_masque_nb
    FROM blocs
    GROUP BY niveau_code, territoire_code, effecteur_id, dimension_code, modalite_code
),
comptes AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        count(*) AS effecteurs_nb,
        count(CASE WHEN moments_pris_masque_nb > 0 THEN 1 END) AS effecteurs_pris_nb
    FROM personnes
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code
    UNION ALL
    SELECT
        p.niveau_code,
        p.territoire_code,
        m.dimension_code,
        m.modalite_code,
        count(*),
        count(CASE WHEN (p.moments_pris_masque_nb & m.masque_nb) > 0 THEN 1 END)
    FROM personnes p
    CROSS JOIN moments m
    WHERE p.dimension_code = 'ensemble' AND (p.moments_masque_nb & m.masque_nb) > 0
    GROUP BY p.niveau_code, p.territoire_code, m.dimension_code, m.modalite_code
    UNION ALL
    SELECT
        b.niveau_code,
        b.territoire_code,
        'semaine',
        s.semaine_code,
        count(*),
        count(CASE WHEN (b.semaines_prises_masque_nb & s.masque_nb) > 0 THEN 1 END)
    FROM blocs b
    JOIN semaines s ON s.bloc_nb = b.bloc_nb
    WHERE b.dimension_code = 'ensemble' AND (b.semaines_masque_nb & s.masque_nb) > 0
    GROUP BY b.niveau_code, b.territoire_code, s.semaine_code
)
SELECT * FROM comptes
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
