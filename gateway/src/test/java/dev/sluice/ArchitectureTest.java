package dev.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule lowerFloorsNeverKnowHigherOnes =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("0")
          .definedBy("dev.sluice.chat..", "dev.sluice.json..", "dev.sluice.config..")
          .layer("1")
          .definedBy("dev.sluice.protocol..")
          .layer("2")
          .definedBy("dev.sluice.net..", "dev.sluice.store..")
          .layer("3")
          .definedBy("dev.sluice.observe..")
          .layer("4")
          .definedBy(
              "dev.sluice.dialect..",
              "dev.sluice.provider..",
              "dev.sluice.routing..",
              "dev.sluice.access..",
              "dev.sluice.metering..",
              "dev.sluice.tools..",
              "dev.sluice.cache..")
          .layer("5")
          .definedBy("dev.sluice.engine..")
          .layer("6")
          .definedBy("dev.sluice.http..", "dev.sluice.admin..", "dev.sluice.console..")
          .layer("7")
          .definedBy("dev.sluice.app..")
          .whereLayer("7")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("6")
          .mayOnlyBeAccessedByLayers("7")
          .whereLayer("5")
          .mayOnlyBeAccessedByLayers("6", "7")
          .whereLayer("4")
          .mayOnlyBeAccessedByLayers("5", "6", "7")
          .whereLayer("3")
          .mayOnlyBeAccessedByLayers("4", "5", "6", "7")
          .whereLayer("2")
          .mayOnlyBeAccessedByLayers("3", "4", "5", "6", "7")
          .whereLayer("1")
          .mayOnlyBeAccessedByLayers("2", "3", "4", "5", "6", "7");

  @ArchTest
  static final ArchRule packagesFormNoCycles =
      slices().matching("dev.sluice.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule dialectsDoNotKnowEachOther =
      slices().matching("dev.sluice.dialect.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule pipelinesAreBuiltInOneRoom =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.sluice.net..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.netty.channel.ChannelPipeline");

  @ArchTest
  static final ArchRule bytesStayOnTheirFloors =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.sluice.chat..",
              "dev.sluice.config..",
              "dev.sluice.routing..",
              "dev.sluice.observe..",
              "dev.sluice.app..",
              "dev.sluice.admin..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.netty.buffer.ByteBuf");

  @ArchTest
  static final ArchRule noThreadLocals =
      noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class);

  @ArchTest
  static final ArchRule theHotPathUsesNoRegularExpressions =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.sluice.net..",
              "dev.sluice.http..",
              "dev.sluice.engine..",
              "dev.sluice.json..",
              "dev.sluice.protocol.sse..",
              "dev.sluice.dialect..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.util.regex..");
}
