WITH detail AS (
    SELECT departement_code, annee, count(*) AS professions, sum(dispositifs_nb) AS somme
    FROM cpts_departements_pluripro GROUP BY departement_code, annee
)
SELECT s.departement_code || '/' || CAST(s.annee AS VARCHAR) AS cle, s.source_file, s.source_line,
    'dispositif_pluripro_nb' AS colonne,
    CAST(s.dispositif_pluripro_nb AS VARCHAR) AS attendu,
    CAST(COALESCE(d.somme, d.professions, 0) AS VARCHAR) || ' par le détail' AS trouve,
    s.dispositif_pluripro_nb = COALESCE(d.somme, d.professions, 0) AS ok
FROM cpts_departements s
LEFT JOIN detail d ON d.departement_code = s.departement_code AND d.annee = s.annee
WHERE s.dispositif_pluripro_nb IS NOT NULL
ORDER BY cle
