package dev.headgate.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The walls between the rooms. A rule has no list of exemptions: move the code instead.
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(
              location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
          .importPackages("dev.headgate");

  @Test
  void sees_every_module() {
    assertThat(CLASSES).extracting(JavaClass::getPackageName).contains("dev.headgate.gateway");
    assertThat(CLASSES)
        .extracting(JavaClass::getPackageName)
        .anyMatch(name -> name.startsWith("dev.headgate.config"))
        .anyMatch(name -> name.startsWith("dev.headgate.pipeline"))
        .anyMatch(name -> name.startsWith("dev.headgate.exporters"));
  }

  @Test
  void modules_depend_downwards_only() {
    check(
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("config")
            .definedBy("dev.headgate.config..")
            .layer("pipeline")
            .definedBy("dev.headgate.pipeline..")
            .layer("exporters")
            .definedBy("dev.headgate.exporters..")
            .layer("gateway")
            .definedBy("dev.headgate.gateway..")
            .whereLayer("gateway")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("exporters")
            .mayOnlyBeAccessedByLayers("gateway")
            .whereLayer("pipeline")
            .mayOnlyBeAccessedByLayers("exporters", "gateway"));
  }

  @Test
  void only_the_gateway_reads_configuration_files() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.headgate.gateway..", "dev.headgate.config.load..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.headgate.config.load.."));
  }

  @Test
  void wire_knows_nothing_but_bytes() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.headgate.pipeline.wire..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..",
                "org.jspecify..",
                "dev.headgate.pipeline.memory..",
                "dev.headgate.pipeline.wire.."));
  }

  @Test
  void concrete_top_level_classes_are_final() {
    check(
        classes()
            .that()
            .areTopLevelClasses()
            .and()
            .areNotInterfaces()
            .and()
            .areNotEnums()
            .and()
            .doNotHaveModifier(JavaModifier.ABSTRACT)
            .should()
            .haveModifier(JavaModifier.FINAL));
  }

  @Test
  void no_static_state() {
    check(noFields().that().areStatic().should().notBeFinal());
  }

  @Test
  void packages_are_free_of_cycles() {
    check(slices().matching("dev.headgate.(**)").should().beFreeOfCycles());
  }

  @Test
  void only_clocks_read_the_time() {
    check(
        noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Clock")
            .should()
            .accessTargetWhere(
                target(owner(equivalentTo(System.class)))
                    .and(target(nameMatching("nanoTime|currentTimeMillis")))));
  }

  @Test
  void only_queues_name_jctools() {
    check(
        noClasses()
            .that(not(resideInAPackage("dev.headgate.pipeline.queue..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jctools.."));
  }

  @Test
  void transports_stay_at_the_edges() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "dev.headgate.exporters.client..",
                "dev.headgate.gateway.receive..",
                "dev.headgate.gateway.admin..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "io.grpc.."));
  }

  @Test
  void every_package_is_null_marked() {
    assertThat(CLASSES)
        .extracting(JavaClass::getPackage)
        .allMatch((JavaPackage p) -> p.isAnnotatedWith(NullMarked.class), "is @NullMarked");
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
