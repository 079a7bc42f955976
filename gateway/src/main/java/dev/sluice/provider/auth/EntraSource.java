package dev.sluice.provider.auth;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Tokens of Microsoft Entra for Azure's models: for an application by OAuth's client credentials
 * (RFC 6749, section 4.4; RFC 7523 with a token file), for a machine by the endpoint that Azure
 * puts beside it.
 */
final class EntraSource implements TokenSource<BearerToken> {

  /** Where managed identities of App Service, Functions and Container Apps are asked for. */
  static final String IDENTITY_ENDPOINT = "IDENTITY_ENDPOINT";

  private static final String IDENTITY_HEADER = "IDENTITY_HEADER";

  /** Where a cluster answers in place of the instance metadata service. */
  private static final String METADATA_HOST = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

  private static final String METADATA = "http://169.254.169.254";
  private static final String RESOURCE = "https://cognitiveservices.azure.com";
  private static final String SCOPE = RESOURCE + "/.default";
  private static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  /** Fetches an answer with a token in it. */
  private interface Question {
    JsonNode ask() throws IOException;
  }

  private final Question question;
  private final InstantSource clock;

  private EntraSource(Question question, InstantSource clock) {
    this.question = question;
    this.clock = clock;
  }

  static EntraSource client(Login.EntraClient login, TokenHttp http, InstantSource clock) {
    URI url =
        URI.create(
            login.authority()
                + "/"
                + URLEncoder.encode(login.tenantId(), StandardCharsets.UTF_8)
                + "/oauth2/v2.0/token");
    return new EntraSource(() -> http.post(url, form(login)), clock);
  }

  static EntraSource machine(
      Login.EntraMachine login,
      TokenHttp http,
      UnaryOperator<@Nullable String> environment,
      InstantSource clock) {
    Map<String, String> query = new HashMap<>();
    query.put("resource", RESOURCE);
    if (login.clientId() != null) {
      query.put("client_id", login.clientId());
    }
    String endpoint = environment.apply(IDENTITY_ENDPOINT);
    String header = environment.apply(IDENTITY_HEADER);
    if (endpoint != null && header != null) {
      query.put("api-version", "2019-08-01");
      URI url = URI.create(endpoint + "?" + TokenHttp.encoded(query));
      return new EntraSource(() -> http.get(url, Map.of("X-IDENTITY-HEADER", header)), clock);
    }
    String host = environment.apply(METADATA_HOST);
    query.put("api-version", "2018-02-01");
    URI url =
        URI.create(
            (host == null ? METADATA : host)
                + "/metadata/identity/oauth2/token?"
                + TokenHttp.encoded(query));
    return new EntraSource(() -> http.get(url, Map.of("Metadata", "true")), clock);
  }

  @Override
  public Token<BearerToken> fetch() throws IOException {
    Instant asked = clock.instant();
    JsonNode answer = question.ask();
    String token = answer.path("access_token").asString("");
    if (token.isEmpty()) {
      throw new TokenException("the answer holds no access_token");
    }
    return new Token<>(BearerToken.of(token, null), expires(answer, asked));
  }

  private static Map<String, String> form(Login.EntraClient login) throws IOException {
    Map<String, String> form = new HashMap<>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", login.clientId());
    form.put("scope", SCOPE);
    switch (login.proof()) {
      case Login.Proof.ByClientSecret secret -> form.put("client_secret", secret.value().value());
      case Login.Proof.ByTokenFile file -> {
        form.put("client_assertion_type", ASSERTION_TYPE);
        form.put("client_assertion", read(file.path()));
      }
    }
    return form;
  }

  private static String read(String file) throws IOException {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (NoSuchFileException e) {
      throw new TokenException("there is no token file " + file, e);
    }
  }

  /** Numbers come as such or as text, as seconds from now or since 1970. */
  private static Instant expires(JsonNode answer, Instant asked) throws IOException {
    try {
      String in = answer.path("expires_in").asString("");
      if (!in.isEmpty()) {
        return asked.plusSeconds(Long.parseLong(in));
      }
      return Instant.ofEpochSecond(Long.parseLong(answer.path("expires_on").asString("")));
    } catch (ArithmeticException | IllegalArgumentException | java.time.DateTimeException e) {
      throw new TokenException("the answer does not say when the token expires", e);
    }
  }
}
