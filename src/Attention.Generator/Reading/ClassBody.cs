namespace Attention.Generator.Reading;

/// <summary>What else the user wrote in a class and on it, beside what the DSL knows: the generated half has to live with it.</summary>
/// <param name="Members">
/// The members' keys: their names, of methods <c>Name(type, type)</c>, of constructors <c>.ctor(type, type)</c>, with <c>ref</c>
/// before the type of what is passed by reference; of generic ones with <c>`arity</c> behind the name; of what implements an
/// interface's member explicitly the interface and the member's name.
/// </param>
/// <param name="StaticMethods">Those of the methods that are static and not generic, what they give before their keys.</param>
/// <param name="Required">Members that whoever creates the class has to set.</param>
/// <param name="Constructors">Constructors that call none other of the class.</param>
/// <param name="Types">The names of nested types.</param>
/// <param name="Constants">Simple names in constant expressions, such as attributes' arguments, on the class and within; before a dot with the dot.</param>
/// <param name="Layout">An attribute that lets no other declaration of the class have fields; null without one.</param>
/// <param name="IsForbidden">Whether it is an error to use the class, since it is obsolete.</param>
/// <param name="Warnings">Ids of what the compiler says wherever the class is used, since it is obsolete or experimental.</param>
internal sealed record ClassBody(
    EquatableArray<string> Members,
    EquatableArray<string> StaticMethods,
    EquatableArray<string> Required,
    EquatableArray<string> Constructors,
    EquatableArray<string> Types,
    EquatableArray<string> Constants,
    string? Layout,
    bool IsForbidden,
    EquatableArray<string> Warnings)
{
    /// <summary>Whether a simple name stands in a constant expression.</summary>
    public bool HasConstant(string name) => ConstantOf(name) is not null;

    /// <summary>
    /// The constant of a simple name, as it stands in <see cref="Constants"/>. Before a dot a name may stand for a type of
    /// that name though a member comes before it, if that is of the type.
    /// </summary>
    public string? ConstantOf(string name) => Constants.FirstOrDefault(used => used == name || (used == name + "." && name != "InstructionSet"));

    public static ClassBody Empty { get; } = new(
        EquatableArray<string>.Empty, EquatableArray<string>.Empty, EquatableArray<string>.Empty, EquatableArray<string>.Empty, EquatableArray<string>.Empty, EquatableArray<string>.Empty, null, false, EquatableArray<string>.Empty);
}

/// <summary>What a model inherits.</summary>
/// <param name="Name">The class it is derived from.</param>
/// <param name="IsGenerated">Whether that is a model or a stage itself.</param>
/// <param name="IsConstructible">Whether it has a constructor that can be called without arguments.</param>
/// <param name="Members">The keys of inherited members that the model sees, as in <see cref="ClassBody"/>.</param>
/// <param name="Abstract">Those of them that the model has to implement.</param>
/// <param name="Required">Inherited members, with their class, that whoever creates the model has to set.</param>
/// <param name="Disposal">What becomes of an inherited <c>Dispose</c>.</param>
/// <param name="Warnings">Ids of what the compiler says of calls of that constructor.</param>
internal sealed record BaseClass(
    string Name,
    bool IsGenerated,
    bool IsConstructible,
    EquatableArray<string> Members,
    EquatableArray<string> Abstract,
    EquatableArray<string> Required,
    Disposal Disposal,
    EquatableArray<string> Warnings);

/// <summary>How a model's <c>Dispose</c> meets an inherited one.</summary>
internal enum Disposal
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It is abstract.</summary>
    Implement,

    /// <summary>It is overridden, and called.</summary>
    Override,

    /// <summary>It is hidden, and called.</summary>
    Call,

    /// <summary>It is hidden, and nothing that disposes.</summary>
    Hide,

    /// <summary>It could not be called, or is of another form than it must be.</summary>
    Impossible,
}
