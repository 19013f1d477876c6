-- Growth of the number of centres between two years. A year the data do not hold, or nothing to
-- start from, refuses the growth. Services and locations count the centres known to have them.
WITH
-- include: periodes
, comptes AS (
    SELECT annee, dimension_code, modalite_code, COUNT(*) AS cds_nb
    FROM ventilations_cds
    GROUP BY annee, dimension_code, modalite_code
),
modalites AS (
    SELECT DISTINCT dimension_code, modalite_code FROM comptes
),
lignes AS (
    SELECT
        p.annee_debut,
        p.annee_fin,
        m.dimension_code,
        m.modalite_code,
        p.debut_connu AND p.fin_connue AS annees_connues,
        CASE WHEN p.debut_connu THEN COALESCE(d.cds_nb, 0) END AS cds_debut_nb,
        CASE WHEN p.fin_connue THEN COALESCE(f.cds_nb, 0) END AS cds_nb
    FROM periodes p
    CROSS JOIN modalites m
    LEFT JOIN comptes d
        ON d.annee = p.annee_debut
        AND d.dimension_code = m.dimension_code
        AND d.modalite_code = m.modalite_code
    LEFT JOIN comptes f
        ON f.annee = p.annee_fin
        AND f.dimension_code = m.dimension_code
        AND f.modalite_code = m.modalite_code
)
SELECT
    annee_debut,
    annee_fin,
    dimension_code,
    modalite_code,
    cds_debut_nb,
    cds_nb,
    CASE WHEN annees_connues
        THEN 100.0 * CAST(cds_nb - cds_debut_nb AS DOUBLE) / NULLIF(cds_debut_nb, 0) END
        AS croissance_pct,
    CASE WHEN annees_connues AND cds_debut_nb > 0 THEN 'calcule' ELSE 'refuse' END
        AS statut_calcul,
    CASE
        WHEN NOT annees_connues THEN 'annee_absente'
        WHEN cds_debut_nb = 0 THEN 'denominateur_nul'
    END AS motif_refus
FROM lignes
ORDER BY annee_debut, annee_fin, dimension_code, modalite_code
