package dev.sluice.provider.auth;

import org.jspecify.annotations.Nullable;

/**
 * What AWS requests are signed with. Prints without secrets.
 *
 * @param accessKeyId whose keys they are; no secret by itself
 * @param secretAccessKey never sent
 * @param sessionToken sent with temporary keys; {@code null} for lasting ones
 */
record AwsKeys(String accessKeyId, String secretAccessKey, @Nullable String sessionToken) {
  @Override
  public String toString() {
    return "AwsKeys[***]";
  }
}
