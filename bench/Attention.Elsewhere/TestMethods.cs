using System.Globalization;
using System.Reflection;
using Attention.Dsl;
using Attention.Tests.Models;
using Attention.Tests.Runtime;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Attention.Elsewhere;

/// <summary>
/// Runs tests one after the other. The library's own runner needs cryptography to tell them apart, for which another system has to
/// have OpenSSL.
/// </summary>
internal static class TestMethods
{
    /// <summary>All classes but one that goes through so many numbers that it does not end in time where instructions are translated.</summary>
    public static IEnumerable<Type> Classes { get; } =
        [.. typeof(GoldenFile).Assembly.GetExportedTypes().Where(type => type != typeof(VectorMathTests) && MethodsOf(type).Any()).OrderBy(type => type.Name, StringComparer.Ordinal)];

    public static IEnumerable<Finding> Run(string name) =>
        from type in Classes.Where(type => type.Name == name)
        from method in MethodsOf(type)
        from arguments in ArgumentsOf(method)
        select Run(type, method, arguments);

    private static IEnumerable<MethodInfo> MethodsOf(Type type) =>
        type.GetMethods().Where(method => method.IsDefined(typeof(FactAttribute))).OrderBy(method => method.Name, StringComparer.Ordinal);

    private static IEnumerable<object?[]> ArgumentsOf(MethodInfo method) => !method.IsDefined(typeof(TheoryAttribute)) ? [[]] :
        from attribute in method.GetCustomAttributes().OfType<DataAttribute>()
        from row in attribute.GetData(method, new DisposalTracker()).AsTask().GetAwaiter().GetResult()
        select row.GetData();

    private static Finding Run(Type type, MethodInfo method, object?[] arguments)
    {
        var bits = new Bits();
        string set = arguments.OfType<InstructionSet>().Select(set => set.ToString()).FirstOrDefault("-");
        string name = $"{type.Name}.{method.Name}({string.Join(", ", arguments)})";
        try
        {
            GoldenFile.Compared = rows => bits.Add(rows);
            object test = Activator.CreateInstance(type, [.. type.GetConstructors()[0].GetParameters().Select(_ => Silence.Instance)])!;
            using (test as IDisposable)
                (method.Invoke(test, Fitting(method, arguments)) as Task)?.GetAwaiter().GetResult();
            return new(set, name, Outcome.Passed, $"{bits}");
        }
        catch (Exception e) when ((e is TargetInvocationException ? e.InnerException! : e) is var inner)
        {
            return new(set, name, inner is SkipException ? Outcome.Skipped : Outcome.Failed, "", Text: inner is SkipException ? inner.Message : $"{inner}");
        }
        finally
        {
            GoldenFile.Compared = null;
        }
    }

    /// <summary>Numbers as the parameters want them: an attribute may write an int where they are narrower, or unsigned.</summary>
    private static object?[] Fitting(MethodInfo method, object?[] arguments) => [.. method.ResolveMethodArguments(arguments).Zip(method.GetParameters(), (argument, parameter) =>
        argument is int number && parameter.ParameterType.IsPrimitive ? Convert.ChangeType(number, parameter.ParameterType, CultureInfo.InvariantCulture) : argument)];

    /// <summary>Takes what tests tell, and keeps nothing.</summary>
    private sealed class Silence : ITestOutputHelper
    {
        public static Silence Instance { get; } = new();

        public string Output => "";

        public void Write(string message)
        {
        }

        public void Write(string format, params object[] args)
        {
        }

        public void WriteLine(string message)
        {
        }

        public void WriteLine(string format, params object[] args)
        {
        }
    }
}
