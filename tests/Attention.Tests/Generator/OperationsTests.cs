using Attention.Generator;
using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Layouts;
using Attention.Generator.Parts;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
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
        ["Add", "AddBias", "BatchNorm", "Forbid", "Gated"], Concrete<Operation>().Where(type => !type.IsSubclassOf(typeof(PlannedOperation))).Select(type => type.Name).Order());

    [Fact]
    public void Every_step_but_those_of_several_can_write_its_call_and_tell_its_story() => Assert.Equal(
        [nameof(InBlocks), nameof(RowByRow)], Concrete<Step>().Where(type => !typeof(ICall).IsAssignableFrom(type)).Select(type => type.Name).Order());

    [Fact]
    public void Every_member_of_TensorRole_is_a_role_or_a_stack_of_them() => Assert.All(Enum.GetValues<TensorRole>(), role => Assert.NotEmpty(Roles.Of(role)));

    [Fact]
    public void Every_member_of_WeightLayout_is_a_layout() => Assert.All(Enum.GetValues<WeightLayout>(), layout => Assert.NotEmpty(LayoutCatalogue.Of(layout)));

    /// <summary>The attributes of stages, by their names without the ending.</summary>
    public static TheoryData<string> Attributes => [.. typeof(Attention.Dsl.EncoderAttribute).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Attribute)) && !type.IsAbstract).Select(type => type.Name[..^"Attribute".Length]).Except(["AttentionModel", "Tensor"])];

    [Fact]
    public void The_catalogue_has_every_attribute_and_no_other() => Assert.Equal(Attributes.Select(row => row.Data).Order(), Catalogue.Names.Order());

    [Theory, MemberData(nameof(Attributes))]
    public void Every_part_reads_all_that_its_attribute_can_be_given_and_nothing_else(string name)
    {
        Type attribute = typeof(Attention.Dsl.EncoderAttribute).Assembly.GetType($"Attention.Dsl.{name}Attribute")!;
        IEnumerable<string> given = attribute.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.Name!)
            .Concat(attribute.GetProperties().Where(property => property.SetMethod is not null).Select(property => property.Name));
        var arguments = new Arguments(new PartDeclaration(name, EquatableArray<Argument>.Empty), "", (_, _, _) => { });
        Assert.NotNull(Catalogue.Parse(name, default, arguments));
        Assert.Equal(given.Distinct().Order(StringComparer.Ordinal), arguments.Asked.Distinct().Order(StringComparer.Ordinal));
    }
}
