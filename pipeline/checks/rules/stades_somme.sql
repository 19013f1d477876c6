SELECT departement_code || '/' || CAST(annee AS VARCHAR) AS cle, source_file, source_line,
    'cpts_nb' AS colonne,
    CAST(lettre_intention_nb + projet_sante_nb + aci_signe_nb AS VARCHAR) AS attendu,
    CAST(cpts_nb AS VARCHAR) AS trouve,
    cpts_nb = lettre_intention_nb + projet_sante_nb + aci_signe_nb AS ok
FROM cpts_departements
ORDER BY cle
