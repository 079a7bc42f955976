package dev.sluice.config;

import java.util.Map;

/**
 * Everything {@code sluice.yaml} says, with defaults filled in.
 *
 * @param server the gateway's own listener and its limits
 * @param admin the operator's listener
 * @param providers by the name that clients use before the slash
 * @param models by the name that clients ask for
 * @param catalogue what is known better of models than by the catalogue in the jar, by {@code
 *     provider/model}, where the model may end in {@code *}
 * @param dialects which front door answers, and what they do differently
 * @param onUnsupported what becomes of fields that a provider's protocol cannot carry
 * @param media files that clients name by an address
 * @param demo the model that is built in
 * @param access who may call
 * @param log how the log is written
 */
public record Settings(
    @Doc("The gateway's listener, its limits and timeouts.") ServerSettings server,
    @Doc("The operator's listener: metrics.") AdminSettings admin,
    @Doc(
            "Providers by the name that stands before the slash in a model's name. A known name needs no more than a key.")
        Map<String, ProviderSettings> providers,
    @Doc("Names of our own for models, with targets, weights and fallbacks.")
        Map<String, ModelSettings> models,
    @Doc(
            "What is known better of models than by the built-in catalogue, by provider/model; a model may end in * for all that begin alike.")
        Map<String, CardSettings> catalogue,
    @Doc("The front doors.") DialectSettings dialects,
    @Doc(
            value =
                "What becomes of fields that a provider's protocol cannot carry. drop: they are left"
                    + " out and named in x-sluice-dropped; error: the request is refused with 400.",
            byDefault = "drop")
        Unsupported onUnsupported,
    @Doc("Images and documents that clients name by an address.") MediaSettings media,
    @Doc("The built-in model, for trying things out.") DemoSettings demo,
    @Doc("Who may call.") AccessSettings access,
    @Doc("The log.") LogSettings log) {
  public Settings {
    providers = Map.copyOf(providers);
    models = Map.copyOf(models);
    catalogue = Map.copyOf(catalogue);
  }

  /** What becomes of fields that a provider's protocol cannot carry. */
  public enum Unsupported {
    /** They are left out, and named in a header of the answer. */
    DROP,
    /** The request is refused. */
    ERROR
  }
}
