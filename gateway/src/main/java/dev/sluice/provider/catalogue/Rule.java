package dev.sluice.provider.catalogue;

/** What is said of a model, or of a family; read when it is first needed, see {@link Table}. */
interface Rule {

  /** What it says. */
  Entry entry();
}
