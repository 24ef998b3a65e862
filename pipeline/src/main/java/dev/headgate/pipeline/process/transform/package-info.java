/// The transform: statements in a subset of OTTL that change items, scopes and resources.
@NullMarked
package dev.headgate.pipeline.process.transform;

import org.jspecify.annotations.NullMarked;
