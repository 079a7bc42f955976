package dev.sluice.provider.auth;

import com.google.api.client.http.HttpResponseException;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of Google's, by Google's own library: for a service account, a workload's identity, a
 * user's login or the machine. The library is loaded with the first token; its own renewal is not
 * used.
 */
final class GoogleSource implements TokenSource<BearerToken> {

  /** The environment's name for a credentials file. */
  private static final String FILE_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS";

  private static final String LOGIN_FILE = "application_default_credentials.json";
  private static final String QUOTA_VARIABLE = "GOOGLE_CLOUD_QUOTA_PROJECT";
  private static final List<String> SCOPES =
      List.of("https://www.googleapis.com/auth/cloud-platform");

  /** Opens connections that have not been made yet. */
  interface Connections {
    HttpURLConnection open(URL url) throws IOException;
  }

  private final Login.Google login;
  private final UnaryOperator<@Nullable String> environment;
  private final Connections connections;

  GoogleSource(
      Login.Google login, UnaryOperator<@Nullable String> environment, Connections connections) {
    this.login = login;
    this.environment = environment;
    this.connections = connections;
  }

  @Override
  public Token<BearerToken> fetch() throws IOException {
    // Read anew each time: the file may have been exchanged, and this happens once in an hour.
    GoogleCredentials credentials = credentials().createScoped(SCOPES);
    AccessToken token;
    try {
      token = credentials.refreshAccessToken();
    } catch (IOException e) {
      throw refused(e);
    }
    String quotaProject = login.quotaProject();
    if (quotaProject == null) {
      quotaProject = environment.apply(QUOTA_VARIABLE);
    }
    if (quotaProject == null) {
      quotaProject = credentials.getQuotaProjectId();
    }
    return new Token<>(
        BearerToken.of(token.getTokenValue(), quotaProject),
        token.getExpirationTime() == null ? null : token.getExpirationTime().toInstant());
  }

  private GoogleCredentials credentials() throws IOException {
    NetHttpTransport transport =
        new NetHttpTransport.Builder().setConnectionFactory(connections::open).build();
    HttpTransportFactory factory = () -> transport;
    String file = login.credentialsFile();
    if (file == null) {
      file = environment.apply(FILE_VARIABLE);
    }
    if (file == null) {
      file = loginFile();
    }
    if (file == null) {
      return ComputeEngineCredentials.newBuilder().setHttpTransportFactory(factory).build();
    }
    try (InputStream in = new FileInputStream(file)) {
      return GoogleCredentials.fromStream(in, factory);
    }
  }

  /**
   * Where Google's command line leaves what a user logged in with; {@code null} where it did not.
   */
  private @Nullable String loginFile() {
    String directory = environment.apply("CLOUDSDK_CONFIG");
    String home = environment.apply("HOME");
    Path file =
        directory != null
            ? Path.of(directory, LOGIN_FILE)
            : Path.of(home == null ? "." : home, ".config", "gcloud", LOGIN_FILE);
    return Files.isReadable(file) ? file.toString() : null;
  }

  /** The library's messages hold whole answers; a status and its cause's kind are enough. */
  private static IOException refused(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpResponseException answer) {
        return new TokenException("Google answered with status " + answer.getStatusCode(), e);
      }
    }
    return e;
  }
}
