-- Slots and their appointments, for the partitions to build. `entree_creneaux` holds the rows of
-- slots, `entree_rendez_vous` those of appointments, each with its slot; `rang` orders both as read.

-- Most slots come once, and stand as they are.
CREATE OR REPLACE TABLE repetes AS
SELECT creneau_id, annee, departement_code
FROM entree_creneaux
GROUP BY creneau_id, annee, departement_code
HAVING count(*) > 1;

-- A booking may become anything; two ends of the same slot contradict each other.
CREATE OR REPLACE TABLE reunis_repetes AS
SELECT
    creneau_id, annee, departement_code,
    count(*) AS lignes_nb,
    count(DISTINCT statut_code) FILTER (WHERE statut_code NOT IN ('libre', 'reserve')) AS fins_nb,
    max(statut_code) FILTER (WHERE statut_code NOT IN ('libre', 'reserve')) AS fin_code,
    count(*) FILTER (WHERE statut_code = 'reserve') AS reserves_nb,
    arg_min(cpts_id, rang) AS cpts_id,
    min(effecteur_id) AS effecteur_id,
    arg_min(agregateur_code, rang) AS agregateur_code,
    coalesce(
        arg_min(profession_code, rang) FILTER (WHERE profession_code <> 'non_precise'),
        CAST('non_precise' AS liste_profession)
    ) AS profession_code,
    arg_min(service_code, rang) AS service_code,
    arg_min(reservation_code, rang) AS reservation_code,
    bool_or(visible_public) AS visible_public,
    bool_or(visible_pro) AS visible_pro,
    bool_or(visible_snp) AS visible_snp,
    bool_or(visible_cpts) AS visible_cpts,
    arg_min(canal_code, rang) AS canal_code,
    arg_min(outil_code, rang) AS outil_code,
    min(debut_utc) AS debut_utc,
    min(fin_utc) AS fin_utc,
    min(jour_local) AS jour_local,
    min(heure_locale) AS heure_locale,
    min(mis_en_ligne_utc) AS mis_en_ligne_utc,
    arg_min(pris_utc, rang) AS pris_utc,
    arg_min(liberation_minutes_nb, rang) AS liberation_minutes_nb,
    max(instantane_utc) FILTER (WHERE statut_code = 'libre') AS instantane_utc,
    arg_min(origin, rang) AS origin,
    arg_min(source_file, rang) AS source_file,
    arg_min(source_line, rang) AS source_line
FROM entree_creneaux SEMI JOIN repetes USING (creneau_id, annee, departement_code)
GROUP BY creneau_id, annee, departement_code;

CREATE OR REPLACE VIEW reunis AS
SELECT
    creneau_id, annee, departement_code,
    1 AS lignes_nb,
    CASE WHEN statut_code NOT IN ('libre', 'reserve') THEN 1 ELSE 0 END AS fins_nb,
    CASE WHEN statut_code NOT IN ('libre', 'reserve') THEN statut_code END AS fin_code,
    CASE WHEN statut_code = 'reserve' THEN 1 ELSE 0 END AS reserves_nb,
    cpts_id, effecteur_id, agregateur_code, profession_code, service_code, reservation_code,
    visible_public, visible_pro, visible_snp, visible_cpts, canal_code, outil_code, debut_utc,
    fin_utc, jour_local, heure_locale, mis_en_ligne_utc, pris_utc, liberation_minutes_nb,
    CASE WHEN statut_code = 'libre' THEN instantane_utc END AS instantane_utc,
    origin, source_file, source_line
FROM entree_creneaux ANTI JOIN repetes USING (creneau_id, annee, departement_code)
UNION ALL BY NAME
SELECT * FROM reunis_repetes;

-- An appointment goes from pending to booked to its end, never back: its furthest state holds.
CREATE OR REPLACE TABLE rdv_reunis AS
WITH etapes AS (
    SELECT *, CASE statut_rendez_vous_code
        WHEN 'en_attente' THEN 1 WHEN 'reserve' THEN 2 ELSE 3 END AS etape
    FROM entree_rendez_vous
)
SELECT
    rendez_vous_id, annee, departement_code,
    count(*) AS lignes_nb,
    count(DISTINCT statut_rendez_vous_code) FILTER (WHERE etape = 3) AS fins_nb,
    count(DISTINCT creneau_id) AS creneaux_nb,
    arg_max(statut_rendez_vous_code, etape) AS statut_rendez_vous_code,
    min(creneau_id) AS creneau_id,
    min(effecteur_id) AS effecteur_id,
    min(debut_utc) AS debut_utc,
    min(fin_utc) AS fin_utc,
    min(cree_utc) AS cree_utc,
    arg_min(origin, rang) AS origin,
    arg_min(source_file, rang) AS source_file,
    arg_min(source_line, rang) AS source_line
FROM etapes
GROUP BY rendez_vous_id, annee, departement_code;

-- What the appointments of a slot say of it; of several live ones, the furthest.
CREATE OR REPLACE TABLE devenirs AS
SELECT
    creneau_id, annee, departement_code,
    max(CASE statut_rendez_vous_code
        WHEN 'honore' THEN 4 WHEN 'absent' THEN 3 WHEN 'annule' THEN 1 ELSE 2 END) AS degre,
    min(cree_utc) FILTER (WHERE statut_rendez_vous_code <> 'annule') AS pris_utc,
    min(cree_utc) AS annule_pris_utc
FROM rdv_reunis
WHERE fins_nb <= 1 AND creneaux_nb = 1
GROUP BY creneau_id, annee, departement_code;

CREATE OR REPLACE VIEW juges AS
SELECT
    r.*, d.degre, coalesce(r.pris_utc, d.pris_utc, d.annule_pris_utc) AS pris_final_utc,
    CASE
        WHEN r.fins_nb > 1 THEN 'one outcome of the slot; several are given'
        WHEN r.fin_code IN ('non_pris', 'rendu') AND r.reserves_nb > 0
            THEN 'one outcome of the slot; it is booked elsewhere'
        WHEN r.fin_code IN ('non_pris', 'rendu') AND d.degre >= 2
            THEN 'a slot that was taken; an appointment stands on it'
    END AS motif
FROM reunis r
LEFT JOIN devenirs d USING (creneau_id, annee, departement_code);

CREATE OR REPLACE TABLE refuses AS
SELECT creneau_id, annee, departement_code, motif FROM juges WHERE motif IS NOT NULL;

CREATE OR REPLACE TABLE sortie_creneaux AS
SELECT
    j.creneau_id, j.annee, j.departement_code, cpts_id, effecteur_id, agregateur_code,
    profession_code, service_code, reservation_code, visible_public, visible_pro, visible_snp,
    visible_cpts, canal_code, outil_code, debut_utc, fin_utc, jour_local, heure_locale,
    j.departement_code || strftime(jour_local, ' %Y-%m') AS departement_mois, mis_en_ligne_utc,
    CASE WHEN statut NOT IN ('libre', 'non_pris', 'rendu') THEN pris_final_utc END AS pris_utc,
    liberation_minutes_nb,
    CASE WHEN statut = 'libre' THEN instantane_utc END AS instantane_utc,
    CAST(statut AS liste_statut_creneau) AS statut_code,
    CASE WHEN statut IN ('reserve', 'honore') THEN 1 ELSE 0 END AS pourvu_nb,
    origin, source_file, source_line
FROM (
    SELECT *, CASE
        WHEN degre = 4 OR fin_code = 'honore' THEN 'honore'
        WHEN degre = 3 OR fin_code = 'absent' THEN 'absent'
        WHEN degre = 2 THEN 'reserve'
        WHEN fin_code IS NOT NULL THEN fin_code
        WHEN degre = 1 THEN 'annule'
        WHEN reserves_nb > 0 THEN 'reserve'
        ELSE 'libre' END AS statut
    FROM juges
    WHERE motif IS NULL
) j
ORDER BY annee, departement_code, {creneaux};

INSERT INTO ecartes
SELECT 'creneaux', e.source_file, e.source_line, 'statut_code', e.statut_code, j.motif,
    'annee=' || e.annee || '/departement_code=' || e.departement_code
FROM entree_creneaux e
JOIN refuses j USING (creneau_id, annee, departement_code);

INSERT INTO fusions
SELECT 'creneaux', 'annee=' || annee || '/departement_code=' || departement_code,
    sum(lignes_nb - 1)
FROM reunis_repetes ANTI JOIN refuses USING (creneau_id, annee, departement_code)
GROUP BY annee, departement_code;

CREATE OR REPLACE TABLE rdv_juges AS
SELECT r.*, CASE
        WHEN r.creneaux_nb > 1 THEN 'one slot for an appointment; several are given'
        WHEN r.fins_nb > 1 THEN 'one end of the appointment; several are given'
        WHEN c.creneau_id IS NULL THEN 'a slot that is kept; that of the appointment is set aside'
    END AS motif
FROM rdv_reunis r
LEFT JOIN (SELECT creneau_id, annee, departement_code FROM sortie_creneaux) c
    USING (creneau_id, annee, departement_code);

CREATE OR REPLACE TABLE sortie_rendez_vous AS
SELECT rendez_vous_id, creneau_id, annee, departement_code, effecteur_id, debut_utc, fin_utc,
    cree_utc, statut_rendez_vous_code, origin, source_file, source_line
FROM rdv_juges
WHERE motif IS NULL
ORDER BY annee, departement_code, {rendez_vous};

INSERT INTO ecartes
SELECT 'rendez_vous', e.source_file, e.source_line, 'statut_rendez_vous_code',
    e.statut_rendez_vous_code, j.motif,
    'annee=' || e.annee || '/departement_code=' || e.departement_code
FROM entree_rendez_vous e
JOIN rdv_juges j USING (rendez_vous_id, annee, departement_code)
WHERE j.motif IS NOT NULL;

INSERT INTO fusions
SELECT 'rendez_vous', 'annee=' || annee || '/departement_code=' || departement_code,
    sum(lignes_nb - 1)
FROM rdv_juges
WHERE motif IS NULL
GROUP BY annee, departement_code;
