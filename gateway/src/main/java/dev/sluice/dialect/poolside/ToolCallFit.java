package dev.sluice.dialect.poolside;

import java.nio.charset.StandardCharsets;

/**
 * Fits a tool call to poolside's schema: it always has its type, its function's name and arguments,
 * all of them text. A streamed call that goes on has only what is new; the rest becomes empty text,
 * which adds nothing.
 */
final class ToolCallFit {

  private static final byte[] EMPTY = ascii("\"\"");
  private static final byte[] FUNCTION = ascii("\"function\"");
  private static final byte[] TYPE_MEMBER = ascii("\"type\":\"function\"");
  private static final byte[] FUNCTION_MEMBER =
      ascii("\"function\":{\"name\":\"\",\"arguments\":\"\"}");
  private static final byte[] NAME_MEMBER = ascii("\"name\":\"\"");
  private static final byte[] ARGUMENTS_MEMBER = ascii("\"arguments\":\"\"");
  private static final byte[] ID_NAME = ascii("id");
  private static final byte[] TYPE_NAME = ascii("type");
  private static final byte[] FUNCTION_NAME = ascii("function");
  private static final byte[] NAME_NAME = ascii("name");
  private static final byte[] ARGUMENTS_NAME = ascii("arguments");

  private final TextEdits edits;

  ToolCallFit(TextEdits edits) {
    this.edits = edits;
  }

  /** Steps over the tool call that begins at the cursor. */
  void toolCall() {
    boolean type = false;
    boolean function = false;
    Members call = new Members(edits);
    boolean more = edits.cursor().enter('}');
    while (more) {
      int start = call.begin();
      int value = edits.cursor().peek();
      boolean stays = true;
      if (edits.cursor().nameIs(ID_NAME)) {
        stays = edits.identifier(value);
      } else if (edits.cursor().nameIs(TYPE_NAME)) {
        type = true;
        type(value);
      } else if (edits.cursor().nameIs(FUNCTION_NAME)) {
        stays = value == '{';
        function |= stays;
        if (stays) {
          function();
        } else {
          edits.cursor().skipValue(6);
        }
      } else {
        edits.cursor().skipValue(6);
      }
      if (stays) {
        call.keep(start);
      } else {
        call.drop(start);
      }
      more = edits.cursor().next('}');
    }
    if (!type) {
      call.add(TYPE_MEMBER);
    }
    if (!function) {
      call.add(FUNCTION_MEMBER);
    }
    call.close();
  }

  private void type(int first) {
    int start = edits.cursor().at();
    edits.requireText(first, FUNCTION);
    if (first == '"' && edits.cursor().at() - start == EMPTY.length) {
      edits.replace(start, edits.cursor().at(), FUNCTION);
    }
  }

  private void function() {
    boolean name = false;
    boolean arguments = false;
    Members function = new Members(edits);
    boolean more = edits.cursor().enter('}');
    while (more) {
      int start = function.begin();
      int value = edits.cursor().peek();
      boolean isName = edits.cursor().nameIs(NAME_NAME);
      if (isName || edits.cursor().nameIs(ARGUMENTS_NAME)) {
        name |= isName;
        arguments |= !isName;
        int from = edits.cursor().at();
        edits.cursor().skipValue(7);
        if (value != '"') {
          edits.replace(
              from,
              edits.cursor().at(),
              value == 'n' ? EMPTY : edits.asText(from, edits.cursor().at()));
        }
      } else {
        edits.cursor().skipValue(7);
      }
      function.keep(start);
      more = edits.cursor().next('}');
    }
    if (!name) {
      function.add(NAME_MEMBER);
    }
    if (!arguments) {
      function.add(ARGUMENTS_MEMBER);
    }
    function.close();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
