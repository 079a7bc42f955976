package dev.sluice.dialect;

import java.util.UUID;

/**
 * A model in a list of models.
 *
 * @param id the name that a client asks for
 * @param ownedBy the provider's name
 * @param created Unix seconds; 0 where it is not known
 * @param uuid by which a client may ask for it, too
 */
public record ModelEntry(String id, String ownedBy, long created, UUID uuid) {}
