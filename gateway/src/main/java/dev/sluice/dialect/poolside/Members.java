package dev.sluice.dialect.poolside;

/** The members of the object that is walked: takes some out, and adds others behind them. */
final class Members {

  private static final byte[] NOTHING = {};
  private static final byte[] COMMA = {','};

  private final TextEdits edits;

  /** Whether a member before this place stays, or was added. */
  private boolean kept;

  /** Where the member before this place ends. */
  private int end;

  /** Where those that go and have none before them begin; -1 where there are none. */
  private int goneFrom = -1;

  private byte[] added = NOTHING;

  Members(TextEdits edits) {
    this.edits = edits;
  }

  /** Whether anything stands between the braces in the end. */
  boolean hasAny() {
    return kept;
  }

  /** Steps to a member's value; where the member begins. */
  int begin() {
    edits.cursor().peek();
    int start = edits.cursor().at();
    edits.cursor().readName();
    return start;
  }

  /** The member from {@code start}, which ends where the cursor stands, stays. */
  void keep(int start) {
    if (goneFrom >= 0) {
      edits.replace(goneFrom, start, NOTHING);
      goneFrom = -1;
    }
    kept = true;
    end = edits.cursor().at();
  }

  /** The member from {@code start}, which ends where the cursor stands, goes with its comma. */
  void drop(int start) {
    int to = edits.cursor().at();
    if (kept) {
      edits.replace(end, to, NOTHING);
    } else if (goneFrom < 0) {
      goneFrom = start;
    }
    end = to;
  }

  /** Adds a member, written without commas, behind all others. */
  void add(byte[] member) {
    added =
        kept || added.length > 0
            ? TextEdits.joined(TextEdits.joined(added, COMMA), member)
            : member;
  }

  /** Ends the object, behind whose closing brace the cursor stands. */
  void close() {
    if (goneFrom >= 0) {
      edits.replace(goneFrom, end, NOTHING);
    }
    if (added.length > 0) {
      kept = true;
      int brace = edits.cursor().at() - 1;
      edits.replace(brace, brace, added);
    }
  }
}
