-- The resources of `{objects}` as they are kept until their references can be followed. A start or an
-- end that parses keeps no text, but in appointments, where its year is judged later.
SELECT * EXCLUDE ("start", "end", schedule, acteur_ref, creneau),
    CASE WHEN starts_with(schedule, 'Schedule/') THEN schedule ELSE cle(schedule) END AS schedule,
    cle(acteur_ref) AS acteur_ref, cle(creneau) AS creneau,
    CASE WHEN debut_utc IS NULL OR resourceType = 'Appointment' THEN "start" END AS debut,
    CASE WHEN fin_utc IS NULL OR fin_utc <= debut_utc OR resourceType = 'Appointment' THEN "end"
    END AS fin,
    nullif({made}, '') AS made
FROM (SELECT *, {start} AS debut_utc, {end} AS fin_utc FROM ({objects}))
