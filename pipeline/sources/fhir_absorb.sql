-- One block of resources, `brut`: slots and appointments into tables of this desk, the others into
-- the tables of the feed.
INSERT INTO temp.f_slots
SELECT source_line, id, status, CASE WHEN debut_utc IS NULL THEN "start" END,
    CASE WHEN fin_utc IS NULL OR fin_utc <= debut_utc THEN "end" END, debut_utc, fin_utc,
    CASE WHEN starts_with(schedule.reference, 'Schedule/') THEN schedule.reference
        ELSE cle(schedule.reference) END,
    codes, meta.lastUpdated, nullif({made}, '')
FROM (
    SELECT *, {start} AS debut_utc, {end} AS fin_utc,
        hash(meta.security, serviceType, specialty, appointmentType) AS codes
    FROM brut WHERE resourceType = 'Slot'
);

INSERT INTO f_actors
SELECT ref, cle(a.reference), a.identifier.value
FROM (
    SELECT 'Schedule/' || id AS ref, unnest(actor) AS a
    FROM brut WHERE resourceType = 'Schedule'
);

INSERT INTO f_people
SELECT 'Practitioner/' || id, identifiant(identifier, '{person_system}')
FROM brut WHERE resourceType = 'Practitioner';

INSERT INTO f_roles
SELECT 'PractitionerRole/' || id, cle(practitioner.reference), practitioner.identifier.value,
    cle(organization.reference), list_transform("location", lambda x: cle(x.reference)),
    list_filter(contained, lambda x: x.address.postalCode IS NOT NULL)[1].address.postalCode
FROM brut WHERE resourceType = 'PractitionerRole';

INSERT INTO f_locations
SELECT 'Location/' || id, coalesce(identifier[1].value, id), cle(managingOrganization.reference),
    address ->> '$.postalCode'
FROM brut WHERE resourceType = 'Location';

INSERT INTO f_organizations
SELECT 'Organization/' || id, identifiant(identifier, '{structure_system}'),
    coalesce(address ->> '$[0].postalCode', address ->> '$.postalCode')
FROM brut WHERE resourceType = 'Organization';

INSERT INTO f_services
SELECT 'HealthcareService/' || id, cle(providedBy.reference)
FROM brut WHERE resourceType = 'HealthcareService';

INSERT INTO temp.f_appointments
SELECT source_line, coalesce(identifier[1].value, id), status, "start", "end", created,
    list_filter(participant, lambda p: p.actor.identifier.system IN
        ('{person_system}', '{structure_system}'))[1].actor.identifier.value,
    cle(list_filter(participant, lambda p: regexp_matches(p.actor.reference,
        '(Practitioner|PractitionerRole|Location)/'))[1].actor.reference),
    cle(slot[1].reference)
FROM brut WHERE resourceType = 'Appointment'
ORDER BY source_line;
