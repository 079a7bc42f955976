package dev.sluice.compat.requests;

import java.util.List;

/** A provider's published form of a request, as its own client library has it. */
interface Shape {

  /**
   * What is wrong with a request.
   *
   * @param body as it was sent
   * @return where and what; empty for a valid request
   */
  List<String> problems(String body);
}
