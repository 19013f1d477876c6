-- The slot of each appointment that does not give its own: the one it names, by reference and start,
-- else by provider, start and end. Of several such slots, the appointments that stand take one each,
-- in the order of their identifiers, then those that were cancelled.
CREATE OR REPLACE TABLE liens AS
WITH rdv AS (
    SELECT fichier_rang, source_file, source_line, reference, effecteur_id, debut_utc, fin_utc,
        rendez_vous_id, statut_rendez_vous_code = 'annule' AS annule
    FROM tous_rendez_vous
    WHERE creneau_id IS NULL
),
nommes AS (
    SELECT fichier_rang, source_line, unnest(premier)
    FROM (
        SELECT r.fichier_rang, r.source_line,
            min({'creneau_id': c.creneau_id, 'annee': c.annee,
                'departement_code': c.departement_code}) AS premier
        FROM rdv r
        JOIN tous_creneaux c ON c.reference = r.reference AND c.debut_utc = r.debut_utc
        GROUP BY r.fichier_rang, r.source_line
    )
),
-- Most appointments name their slot: only the others look at those of the same provider and hours.
cherches AS (
    SELECT DISTINCT effecteur_id, debut_utc, fin_utc
    FROM rdv ANTI JOIN nommes USING (fichier_rang, source_line)
),
creneaux AS (
    SELECT DISTINCT creneau_id, annee, departement_code, effecteur_id, debut_utc, fin_utc
    FROM tous_creneaux SEMI JOIN cherches USING (effecteur_id, debut_utc, fin_utc)
),
ranges AS (
    SELECT *, row_number() OVER (
            PARTITION BY effecteur_id, debut_utc, fin_utc
            ORDER BY creneau_id, annee, departement_code
        ) - 1 AS place,
        count(*) OVER (PARTITION BY effecteur_id, debut_utc, fin_utc) AS places_nb
    FROM creneaux
),
numerotes AS (
    SELECT effecteur_id, debut_utc, fin_utc, rendez_vous_id, row_number() OVER (
            PARTITION BY effecteur_id, debut_utc, fin_utc
            ORDER BY bool_and(annule), rendez_vous_id
        ) - 1 AS numero
    FROM rdv SEMI JOIN cherches USING (effecteur_id, debut_utc, fin_utc)
    GROUP BY effecteur_id, debut_utc, fin_utc, rendez_vous_id
)
SELECT r.fichier_rang, r.source_file, r.source_line,
    coalesce(n.creneau_id, p.creneau_id) AS creneau_id,
    CASE WHEN n.creneau_id IS NULL THEN p.annee ELSE n.annee END AS annee,
    CASE WHEN n.creneau_id IS NULL THEN p.departement_code ELSE n.departement_code END
        AS departement_code
FROM rdv r
LEFT JOIN nommes n USING (fichier_rang, source_line)
LEFT JOIN numerotes m USING (effecteur_id, debut_utc, fin_utc, rendez_vous_id)
LEFT JOIN ranges p
    ON p.effecteur_id = r.effecteur_id AND p.debut_utc = r.debut_utc AND p.fin_utc = r.fin_utc
    AND p.place = m.numero % p.places_nb AND n.creneau_id IS NULL;
