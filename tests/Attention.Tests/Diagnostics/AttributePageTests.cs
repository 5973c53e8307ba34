using System.Text.RegularExpressions;
using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>The table of attributes has all that there is to write.</summary>
public sealed class AttributePageTests
{
    private static readonly string s_attributes = Repository.Read("docs", "attributes.md");

    public static TheoryData<string> Attributes => [.. typeof(EncoderAttribute).Assembly.GetExportedTypes().Where(type => !type.IsAbstract && typeof(Attribute).IsAssignableFrom(type)).Select(type => type.Name)];

    [Theory, MemberData(nameof(Attributes))]
    public void Attribute_HasARowWithItsArguments(string attribute)
    {
        Type type = typeof(EncoderAttribute).Assembly.GetType("Attention.Dsl." + attribute)!;
        string name = attribute[..^nameof(Attribute).Length];
        string row = Assert.Single(s_attributes.Split('\n'), line => Regex.IsMatch(line, $@"^\| .*`\[{name}[(\]].* \|.*\|$"));
        IEnumerable<(string Text, string Argument)> arguments = type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Select(parameter => (row, parameter.Name!))
            .Concat(type.GetProperties().Where(property => property.CanWrite).Select(property => (property.DeclaringType!.IsAbstract ? s_attributes : row, property.Name)));
        Assert.Empty(arguments.Where(argument => !Regex.IsMatch(argument.Text, $@"[`(]([a-z]+, )*{argument.Argument}\b")).Select(argument => argument.Argument));
    }
}
