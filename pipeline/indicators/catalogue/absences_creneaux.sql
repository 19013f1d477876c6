-- No-shows among the appointments whose outcome is known.
WITH prises AS (
    SELECT
        v.niveau_code,
        v.territoire_code,
        v.dimension_code,
        v.modalite_code,
        v.pourvus_nb + v.absents_nb AS pris_nb,
        v.honores_nb + v.absents_nb AS issues_nb,
        v.absents_nb
    FROM creneaux_ventiles v
    WHERE v.pourvus_nb + v.absents_nb > 0
)
SELECT
    p.niveau_code,
    p.territoire_code,
    p.dimension_code,
    p.modalite_code,
    p.pris_nb,
    e.effecteurs_pris_nb AS effecteurs_nb,
    p.issues_nb,
    p.absents_nb,
    CASE WHEN p.issues_nb > 0 THEN 100e0 * p.absents_nb / p.issues_nb END AS taux_absence_pct,
    CASE WHEN p.issues_nb > 0 THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    CASE WHEN p.issues_nb = 0 THEN 'issue_inconnue' END AS motif_refus
FROM prises p
JOIN creneaux_effecteurs e
    ON e.niveau_code = p.niveau_code
    AND e.territoire_code = p.territoire_code
    AND e.dimension_code = p.dimension_code
    AND e.modalite_code = p.modalite_code
ORDER BY p.niveau_code, p.territoire_code, p.dimension_code, p.modalite_code
