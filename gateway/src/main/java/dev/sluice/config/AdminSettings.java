package dev.sluice.config;

/**
 * The operator's listener.
 *
 * @param host address to listen on
 * @param port TCP port; 0 picks a free one
 * @param enabled whether it listens at all
 */
public record AdminSettings(
    @Doc(value = "Address to listen on.", byDefault = "127.0.0.1") String host,
    @Doc(value = "TCP port; 0 picks a free one.", byDefault = "8081", min = 0, max = 65535)
        int port,
    @Doc(value = "Whether the operator's listener is opened.", byDefault = "true")
        boolean enabled) {}
