using Attention.Generator;
using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Layouts;
using Attention.Generator.Parts;
using Attention.Generator.Planning;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Generator;

/// <summary>What there is of a kind answers all that is asked of the kind, so that nothing new is ever left out in silence.</summary>
public sealed class OperationsTests
{
    private static IEnumerable<Type> Concrete<T>() => typeof(AttentionGenerator).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract);

    [Fact]
    public void Every_operation_has_a_reference() => Assert.Equal([], Concrete<Operation>().Except(GraphInterpreter<double>.Known).Select(type => type.Name));

    [Fact]
    public void Every_operation_is_planned_or_folded_into_one_that_is() => Assert.Equal(
        ["Activate", "Add", "AddBias"], Concrete<Operation>().Where(type => !type.IsSubclassOf(typeof(PlannedOperation))).Select(type => type.Name).Order());

    [Fact]
    public void Every_step_can_write_its_call_and_tell_its_story() => Assert.Equal([], Concrete<Step>().Where(type => !typeof(ICall).IsAssignableFrom(type)).Select(type => type.Name));

    [Fact]
    public void Every_member_of_TensorRole_is_a_role_or_a_stack_of_them() => Assert.All(Enum.GetValues<TensorRole>(), role => Assert.NotEmpty(Roles.Of(role)));

    [Fact]
    public void Every_member_of_WeightLayout_is_a_layout() => Assert.All(Enum.GetValues<WeightLayout>(), layout => Assert.NotEmpty(LayoutCatalogue.Of(layout)));
}
