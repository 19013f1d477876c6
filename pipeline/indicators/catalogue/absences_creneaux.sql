-- No-shows among the appointments whose outcome is known.
WITH
-- include: creneaux_ventiles
groupes AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        count(*) AS pris_nb,
        count(*) FILTER (WHERE statut_code IN ('honore', 'absent')) AS issues_nb,
        count(*) FILTER (WHERE statut_code = 'absent') AS absents_nb,
        count(DISTINCT effecteur_id) AS effecteurs_nb
    FROM ventiles
    WHERE statut_code IN ('reserve', 'honore', 'absent')
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code
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
FROM groupes
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
