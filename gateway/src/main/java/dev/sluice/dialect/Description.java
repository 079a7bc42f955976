package dev.sluice.dialect;

import dev.sluice.json.Shape;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a front door takes and answers, as plain data, made of the same shapes that check its
 * requests. {@link OpenApi} writes it down.
 *
 * @param title what the API is called
 * @param version the version of the page that it follows
 * @param security the ways in which a caller may say who it is, each enough by itself
 * @param endpoints all of them
 */
public record Description(
    String title, String version, List<Security> security, List<Endpoint> endpoints) {

  public Description {
    security = List.copyOf(security);
    endpoints = List.copyOf(endpoints);
  }

  /** A way to say who one is. */
  public sealed interface Security {
    /** Not at all. */
    record Nobody() implements Security {}

    /** A bearer token. */
    record Bearer() implements Security {}

    /** A key alone in a header. */
    record Header(String name) implements Security {}
  }

  /**
   * A method on a path.
   *
   * @param method in capitals
   * @param path as the dialect itself names it; a part in braces is a parameter
   * @param id names the endpoint in generated clients
   * @param summary a few words
   * @param body {@code null} where there is none
   * @param answers all statuses that there may be
   */
  public record Endpoint(
      String method,
      String path,
      String id,
      String summary,
      List<Parameter> parameters,
      @Nullable Body body,
      List<Answer> answers) {
    public Endpoint {
      parameters = List.copyOf(parameters);
      answers = List.copyOf(answers);
    }
  }

  /** Where a parameter stands. */
  public enum Place {
    /** In the query, and may be absent. */
    QUERY,
    /** In the path. */
    PATH
  }

  /** A parameter of an endpoint. */
  public record Parameter(Place place, String name, Shape shape) {}

  /** An object with a name, under which generated clients know it. */
  public record Named(String name, Shape.Object shape) {}

  /**
   * A request's body.
   *
   * @param mediaTypes how it may be sent
   * @param also JSON Schemas that hold beside the shape's, for rules that no shape can say
   */
  public record Body(Named named, List<String> mediaTypes, List<String> also) {
    public Body {
      mediaTypes = List.copyOf(mediaTypes);
      also = List.copyOf(also);
    }

    /** A body that is plain JSON and follows its shape alone. */
    public static Body json(String name, Shape.Object shape) {
      return new Body(new Named(name, shape), List.of("application/json"), List.of());
    }
  }

  /**
   * An answer.
   *
   * @param status three digits, or {@code 4XX} and {@code 5XX} for the others of their kind
   * @param meaning a few words
   * @param contents what the body may be; empty where there is no body
   */
  public record Answer(String status, String meaning, List<Content> contents) {
    public Answer {
      contents = List.copyOf(contents);
    }

    /** Success. */
    public static Answer ok(Content... contents) {
      return new Answer("200", "OK", List.of(contents));
    }
  }

  /** What a body is. */
  public sealed interface Content {
    /** JSON. */
    record Json(String mediaType, Named named) implements Content {}

    /** A list as JSON. */
    record JsonList(String mediaType, Named item) implements Content {}

    /** Text. */
    record Plain() implements Content {}

    /**
     * Server-sent events. The data of each is one of these objects, but for a last one that may be
     * a word.
     */
    record Events(List<Named> data) implements Content {
      public Events {
        data = List.copyOf(data);
      }
    }
  }

  /** JSON as {@code application/json}. */
  public static Content json(String name, Shape.Object shape) {
    return new Content.Json("application/json", new Named(name, shape));
  }

  /** Server-sent events whose data is one of these. */
  public static Content events(Named... data) {
    return new Content.Events(List.of(data));
  }

  /** Answers that are alike but for their status. */
  public static List<Answer> errors(Content content, int... statuses) {
    List<Answer> answers = new ArrayList<>();
    for (int status : statuses) {
      String meaning = HttpResponseStatus.valueOf(status).reasonPhrase();
      answers.add(new Answer(Integer.toString(status), meaning, List.of(content)));
    }
    return answers;
  }

  /** A provider's other refusals and failures, which keep their status. */
  public static List<Answer> relayed(Content content) {
    return List.of(
        new Answer("4XX", "The provider refused the request", List.of(content)),
        new Answer("5XX", "The provider failed", List.of(content)));
  }

  /** All of these, in their order. */
  @SafeVarargs
  public static List<Answer> answers(List<Answer>... groups) {
    List<Answer> all = new ArrayList<>();
    for (List<Answer> group : groups) {
      all.addAll(group);
    }
    return all;
  }
}
