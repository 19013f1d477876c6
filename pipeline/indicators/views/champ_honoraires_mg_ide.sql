-- No other medical, pharmacy, paramedical or care profession than GPs and nurses; administrative
-- staff does not count.
SELECT p.annee, p.finess
FROM champ_honoraires_patient p
WHERE NOT EXISTS (
    SELECT 1
    FROM ecds_effectifs e
    WHERE e.annee = p.annee
        AND e.finess = p.finess
        AND e.effectif_nb > 0
        AND e.groupe_code <> 'medico_administratifs'
        AND e.profession_code NOT IN ('mg', 'mep', 'infirmier')
)
ORDER BY p.annee, p.finess
