using System.Reflection;
using Attention.Dsl;
using Attention.Generator.Parts;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Random declarations have all that there is: every part, every option of one, and every member of the enums that parts take.</summary>
public sealed class RandomDeclarationCoverageTests
{
    private static readonly Lazy<HashSet<string>> s_said = new(() => [.. RandomDeclarationTests.Seeds
        .SelectMany(seed => RandomDeclarationTests.Declarations(seed.Part)).SelectMany(RandomDeclaration.Said)]);

    private static Type TypeOf(string part) => typeof(EncoderAttribute).Assembly.GetType($"Attention.Dsl.{part}Attribute", throwOnError: true)!;

    private static IEnumerable<(string Part, PropertyInfo Property)> Options =>
        Catalogue.Names.SelectMany(part => TypeOf(part).GetProperties().Where(property => property.SetMethod is { IsPublic: true }).Select(property => (part, property)));

    [Fact]
    public void Every_part_is_drawn() => AssertSaid(40, Catalogue.Names);

    /// <summary>
    /// But for names of tensors, which change nothing that is computed: they are drawn where two parts of a kind need them. And for products of whole numbers, whose rounding would hide
    /// all other errors: <see cref="IntegerProductTests"/> has them.
    /// </summary>
    [Fact]
    public void Every_option_is_drawn() => AssertSaid(250, Options.Where(option => option.Property.Name is not ("Name" or "Products")).Select(option => $"{option.Part}.{option.Property.Name}"));

    /// <summary>But for what an option is unless it is set.</summary>
    [Fact]
    public void Every_member_that_a_part_may_be_given_is_drawn()
    {
        IEnumerable<(Type, string)> required = Catalogue.Names.SelectMany(part => TypeOf(part).GetConstructors()).SelectMany(constructor => constructor.GetParameters()).SelectMany(parameter => MembersOf(parameter.ParameterType));
        IEnumerable<(Type, string)> optional = Options.Where(option => option.Property.Name != "Products").SelectMany(option => MembersOf(option.Property.PropertyType).Skip(1));
        AssertSaid(50, required.Concat(optional).Distinct().Select(member => $"{member.Item1.Name}.{member.Item2}"));

        static IEnumerable<(Type, string)> MembersOf(Type type) => type.IsEnum ? Enum.GetNames(type).Select(member => (type, member)) : [];
    }

    private static void AssertSaid(int least, IEnumerable<string> wanted)
    {
        string[] all = [.. wanted], missing = [.. all.Where(word => !s_said.Value.Contains(word))];
        Assert.True(all.Length >= least, $"There are {all.Length}");
        Assert.True(missing.Length == 0, "Never drawn: " + string.Join(", ", missing));
    }
}
