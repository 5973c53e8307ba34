using System.Globalization;

namespace Attention.Generator.Reading;

/// <summary>What the user wrote, as plain equatable data without a compiler type or a location in it.</summary>
/// <param name="Assembly">The name of the assembly that it becomes part of.</param>
/// <param name="FullName">Namespace, containers and name, joined by dots, with a generic type's arity in parentheses: of all sound code in an assembly no other has it.</param>
/// <param name="Name">The model class.</param>
/// <param name="Namespace">Its namespace, null for the global one.</param>
/// <param name="Containers">The classes it is nested in, outermost first.</param>
/// <param name="Keyword"><c>class</c>, or what the user declared instead.</param>
/// <param name="IsPartial">Whether the class is partial.</param>
/// <param name="IsGeneric">Whether the class itself has type parameters.</param>
/// <param name="IsStatic">Whether the class is static or abstract, so that <c>Load</c> could not create one.</param>
/// <param name="HasPrimaryConstructor">Whether every constructor would have to call one that the user declared with the class.</param>
/// <param name="Model">The <c>[AttentionModel]</c> attribute.</param>
/// <param name="Stages">Its stages in the order of their declaration; the class itself first, where it carries a stage's attributes.</param>
/// <param name="IsStage">Whether the class carries a stage's attributes itself.</param>
/// <param name="Tensors">The names of tensors given on the class.</param>
/// <param name="Body">What else is in the class and on it, stages left out.</param>
/// <param name="Base">What the class inherits; null from <see cref="object"/>.</param>
/// <param name="Language">The version of C# that it is compiled as: 1200 is C# 12, 703 C# 7.3.</param>
internal sealed record ModelDeclaration(
    string Assembly,
    string FullName,
    string Name,
    string? Namespace,
    EquatableArray<ContainerDeclaration> Containers,
    string Keyword,
    bool IsPartial,
    bool IsGeneric,
    bool IsStatic,
    bool HasPrimaryConstructor,
    PartDeclaration Model,
    EquatableArray<StageDeclaration> Stages,
    bool IsStage,
    EquatableArray<PartDeclaration> Tensors,
    ClassBody Body,
    BaseClass? Base,
    int Language)
{
    /// <summary>How the weights of linear maps are stored. As the user gave it: a value that is no member stays what it is.</summary>
    public WeightFormat Weights => (WeightFormat)Model.Int("Weights");

    /// <summary>How keys and values are kept, as the user gave it.</summary>
    public WeightFormat KeyValues => (WeightFormat)Model.Int("KeyValues");

    /// <summary>In which numbers linear maps multiply, as the user gave it.</summary>
    public ProductFormat Products => (ProductFormat)Model.Int("Products");

    /// <summary>Whether the compilation knows instructions that add four products of bytes to 32 bits in vectors of 512, as from net11.0 on.</summary>
    public bool HasWideProducts { get; init; }

    /// <summary>How the tensors of its weights are called, as the user gave it.</summary>
    public WeightLayout Layout => (WeightLayout)Model.Int("Layout");

    /// <summary>Patterns of tensors that it leaves unread, as the user gave them; null where none are given.</summary>
    public EquatableArray<string>? Unread => Model.Texts("Unread");

    /// <summary>Tensors of one number that it shows, as the user gave them.</summary>
    public EquatableArray<Scalar> Scalars => (Model.Texts("Scalars") ?? EquatableArray<string>.Empty).Select(tensor => new Scalar(tensor)).ToEquatableArray();

    /// <summary>The same with what its stages are behind their exchanges as stages of their own, after all others.</summary>
    public ModelDeclaration WithContinuations() => this with
    {
        Stages = Stages.Concat(Stages.SelectMany((stage, index) => Enumerable.Range(1, stage.Facts.Groups).Select(passed => stage.Behind(index, passed)))).ToEquatableArray(),
    };

    /// <summary>A finding about such a stage as one about the stage that the user declares.</summary>
    public Finding AtDeclared(Finding finding) => Stages.ElementAtOrDefault(finding.Target.Stage)?.Continues is not Continued continued ? finding
        : finding with { Target = finding.Target with { Stage = continued.Stage } };
}

/// <summary>The stage that another one continues, by its place and name.</summary>
internal sealed record Continued(int Stage, string Name);

/// <summary>A tensor of one number that a model shows.</summary>
internal sealed record Scalar(string Tensor)
{
    private static readonly char[] s_ends = ['_', '-'];

    /// <summary>The property that shows it, called by the last word of the tensor's name: null where that makes no name.</summary>
    public string? Property
    {
        get
        {
            string word = Tensor.Substring(Tensor.LastIndexOf('.') + 1);
            string name = string.Concat(word.Split(s_ends, StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)));
            return name.Length > 0 && char.IsLetter(name[0]) && name.All(char.IsLetterOrDigit) ? name : null;
        }
    }
}

/// <summary>A type that a model is nested in.</summary>
internal sealed record ContainerDeclaration(string Keyword, string Name, EquatableArray<string> TypeParameters, bool IsPartial);

/// <summary>A class with stage or part attributes: nested in the model, or the model itself.</summary>
/// <param name="Name">The class.</param>
/// <param name="IsJoinable">Whether a <c>partial class</c> of its name could join it: a class, neither static nor generic.</param>
/// <param name="IsPartial">Whether it is partial.</param>
/// <param name="IsPlainClass">Whether it is a class that is neither generic nor static nor abstract, derives from nothing and has no primary constructor.</param>
/// <param name="Declarations">On how many partial declarations the attributes stand.</param>
/// <param name="Accessibility"><c>public</c>, <c>internal</c> and so on; empty where the user says none, which makes it private.</param>
/// <param name="Parts">Its attributes in source order, <c>[Encoder]</c> or <c>[Decoder]</c> among them.</param>
/// <param name="Tensors">The names of tensors given on it.</param>
/// <param name="Body">What else is in it and on it.</param>
internal sealed record StageDeclaration(
    string Name,
    bool IsJoinable,
    bool IsPartial,
    bool IsPlainClass,
    int Declarations,
    string Accessibility,
    EquatableArray<PartDeclaration> Parts,
    EquatableArray<PartDeclaration> Tensors,
    ClassBody Body)
{
    /// <summary>What its attributes tell of what it shows; known once they are read one by one.</summary>
    public StageFacts Facts { get; init; } = new();

    /// <summary>The stage of which it is what follows an exchange; null for one that the user declares.</summary>
    public Continued? Continues { get; init; }

    /// <summary>What messages call it.</summary>
    public string Title => Continues?.Name ?? Name;

    /// <summary>The name of what a stage is behind so many exchanges.</summary>
    public static string NameBehind(string stage, int passed) => $"Attention{stage}_{passed.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What it is behind so many exchanges, as a stage that only generated code knows.</summary>
    public StageDeclaration Behind(int index, int passed) => this with
    {
        Name = NameBehind(Name, passed),
        Accessibility = "internal",
        Body = ClassBody.Empty,
        Facts = new StageFacts { Header = Facts.Header, Prefix = Facts.Prefix, IsEncoder = true, HasSource = true, TakesRows = true },
        Continues = new Continued(index, Name),
    };
}

/// <summary>
/// One attribute, with the arguments that the user gave: absence is known by presence. One that the compiler rejects has none.
/// </summary>
/// <param name="Name">The attribute, without the brackets.</param>
/// <param name="Arguments">What it is given.</param>
internal sealed record PartDeclaration(string Name, EquatableArray<Argument> Arguments)
{
    /// <summary>The attribute as messages name it.</summary>
    public string Label => $"[{Name}]";

    /// <summary>The name of its tensors; null where the user gives none.</summary>
    public string? TensorName => Text("Name");

    public bool Has(string name) => Find(name) is not null;

    public int Int(string name, int absent = 0) => Find(name)?.Value as int? ?? absent;

    public bool Bool(string name, bool absent = false) => Find(name)?.Value as bool? ?? absent;

    public double Double(string name, double absent) => Find(name)?.Value as double? ?? absent;

    public string? Text(string name) => Find(name)?.Value as string;

    public EquatableArray<string>? Texts(string name) => Find(name)?.Value as EquatableArray<string>?;

    public EquatableArray<int>? Ints(string name) => Find(name)?.Value as EquatableArray<int>?;

    public EquatableArray<double>? Doubles(string name) => Find(name)?.Value as EquatableArray<double>?;

    public Argument? Find(string name) => Arguments.FirstOrDefault(argument => argument.Name == name);
}

/// <summary>A constructor parameter or property of an attribute and its value: int (enums too), double, bool, string, or an array of int, double or string.</summary>
internal sealed record Argument(string Name, object? Value);
