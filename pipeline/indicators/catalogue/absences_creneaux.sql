-- No-shows among the appointments whose outcome is known.
WITH prises AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        effecteurs_pris_nb AS effecteurs_nb,
        pourvus_nb + absents_nb AS pris_nb,
        honores_nb + absents_nb AS issues_nb,
        absents_nb
    FROM creneaux_ventiles
    WHERE pourvus_nb + absents_nb > 0
)
SELECT
    niveau_code,
    territoire_code,
    dimension_code,
    modalite_code,
    pris_nb,
    effecteurs_nb,
    issues_nb,
    absents_nb,
    CASE WHEN issues_nb > 0 THEN 100e0 * absents_nb / issues_nb END AS taux_absence_pct,
    CASE WHEN issues_nb > 0 THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    CASE WHEN issues_nb = 0 THEN 'issue_inconnue' END AS motif_refus
FROM prises
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
