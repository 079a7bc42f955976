package dev.sluice.app;

/** Starts the program. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.out.println(arguments.length);
  }
}
