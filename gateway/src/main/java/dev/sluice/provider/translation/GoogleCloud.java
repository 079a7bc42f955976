package dev.sluice.provider.translation;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A place in Google's cloud.
 *
 * @param project its id
 * @param location such as {@code us-east5}, or {@code global}
 */
public record GoogleCloud(String project, String location) {

  /** Where a publisher's model stands below the base URL, without what is to be done with it. */
  String path(String publisher, String model) {
    return "/v1/projects/"
        + encoded(project)
        + "/locations/"
        + encoded(location)
        + "/publishers/"
        + publisher
        + "/models/"
        + encoded(model);
  }

  /** The base URL of the location's servers. */
  public String baseUrl() {
    return location.equals("global")
        ? "https://aiplatform.googleapis.com"
        : "https://" + location + "-aiplatform.googleapis.com";
  }

  /**
   * A segment of a path; {@code @} and {@code :} may stand in one.
   *
   * @throws GatewayException where it would be another folder
   */
  static String encoded(String text) {
    if (text.equals(".") || text.equals("..")) {
      // Whatever its spelling, somebody on the way may take it for another folder.
      throw new GatewayException(Fault.InvalidRequest.of("model", "`model` names no model"));
    }
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%40", "@")
        .replace("%3A", ":");
  }
}
