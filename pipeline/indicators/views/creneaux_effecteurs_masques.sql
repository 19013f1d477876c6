-- What each provider of a department and CPTS did, in bits: weeks by blocks of sixty, from the lowest
-- bit; hours of the day, then days of the week from the twenty-fifth bit. `pris`: those with a slot
-- taken. By profession, channel and tool besides, where one bit is enough.
WITH
-- include: creneaux_bruts
marques AS (
    SELECT
        departement_code,
        cpts_code,
        effecteur_id,
        profession_code,
        canal_code,
        outil_code,
        bloc_nb,
        semaine_masque_nb,
        CAST(POWER(2e0, heure_locale) AS BIGINT) + 16777216 * jour_masque_nb AS moment_masque_nb,
        CASE WHEN statut_code IN ('reserve', 'honore', 'absent') THEN 1 ELSE 0 END AS pris_nb
    FROM bruts
)
SELECT
    departement_code,
    cpts_code,
    effecteur_id,
    CASE
        WHEN GROUPING(profession_code) = 0 THEN 'profession'
        WHEN GROUPING(canal_code) = 0 THEN 'canal'
        WHEN GROUPING(outil_code) = 0 THEN 'outil'
        ELSE 'ensemble'
    END AS dimension_code,
    CASE
        WHEN GROUPING(profession_code) = 0 THEN profession_code
        WHEN GROUPING(canal_code) = 0 THEN canal_code
        WHEN GROUPING(outil_code) = 0 THEN outil_code
        ELSE 'ensemble'
    END AS modalite_code,
    bloc_nb,
    BIT_OR(semaine_masque_nb) AS semaines_masque_nb,
    BIT_OR(moment_masque_nb) AS moments_masque_nb,
    BIT_OR(pris_nb * semaine_masque_nb) AS semaines_prises_masque_nb,
    BIT_OR(pris_nb * moment_masque_nb) AS moments_pris_masque_nb
FROM marques
GROUP BY GROUPING SETS (
    (departement_code, cpts_code, effecteur_id, bloc_nb),
    (departement_code, cpts_code, effecteur_id, profession_code),
    (departement_code, cpts_code, effecteur_id, canal_code),
    (departement_code, cpts_code, effecteur_id, outil_code)
)
ORDER BY departement_code, cpts_code, effecteur_id, dimension_code, modalite_code, bloc_nb
