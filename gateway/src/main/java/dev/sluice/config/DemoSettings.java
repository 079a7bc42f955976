package dev.sluice.config;

/**
 * The built-in model, which costs nothing and answers to everybody who may call.
 *
 * @param enabled whether it is served
 */
public record DemoSettings(
    @Doc(value = "Whether the models below demo/ are served.", byDefault = "true")
        boolean enabled) {}
