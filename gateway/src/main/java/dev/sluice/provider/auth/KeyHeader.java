package dev.sluice.provider.auth;

import dev.sluice.net.Origin;
import dev.sluice.net.UpstreamRequest;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * A key in a header, which a header of the same name that was configured or is passed on from the
 * client overrides.
 *
 * @param header the header's name, in lower case
 * @param value what it says
 */
record KeyHeader(AsciiString header, AsciiString value) implements Authenticator {

  private static final String BEARER = "Bearer ";

  @Override
  public void sign(UpstreamRequest request, Origin origin) {
    if (!request.headers().contains(header)) {
      request.headers().set(header, value);
    }
  }

  @Override
  public List<String> secrets() {
    String said = value.toString();
    return List.of(said.startsWith(BEARER) ? said.substring(BEARER.length()) : said);
  }

  @Override
  public String toString() {
    return "KeyHeader[" + header + "]";
  }
}
